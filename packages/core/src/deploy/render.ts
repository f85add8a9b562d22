import type { PlanDocument } from "../documents/plan-document.ts";
import type { Artifact } from "./artifact.ts";
import { type Refusal, refusal } from "./refusal.ts";
import { COMMON_RULES } from "./rules.ts";
import { targetOf } from "./targets/registry.ts";
import type { RenderOptions } from "./targets/target.ts";
import type { TargetId } from "./targets/target-id.ts";

/** The files of a deployment, or why the target can't carry the plan. */
export type RenderResult =
  | { readonly ok: true; readonly artifacts: readonly Artifact[] }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/**
 * The files that start a plan with one launcher, sorted by path; or every reason why that launcher
 * can't carry it. The same plan gives the same bytes. Nothing is written to a disk.
 */
export function renderDeployment(
  plan: PlanDocument,
  targetId: TargetId,
  options: RenderOptions = {},
): RenderResult {
  const target = targetOf(targetId);
  const reasons = [...COMMON_RULES, ...target.rules].flatMap((rule) => rule(plan, options));
  if (reasons.length > 0) {
    return { ok: false, refusals: eachOnce(reasons.map(refusal)) };
  }
  const artifacts = target.write(plan, options);
  return { ok: true, artifacts: artifacts.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** Replicas of one model may have one reason. */
function eachOnce(refusals: readonly Refusal[]): readonly Refusal[] {
  return [...new Map(refusals.map((each) => [each.text, each])).values()];
}
