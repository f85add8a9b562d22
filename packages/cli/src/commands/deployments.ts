import { type EngineId, InputError, type PlanDocument, shown } from "@berth/core";
import {
  type Artifact,
  isTargetId,
  listTargets,
  renderDeployment,
  type TargetId,
} from "@berth/core/deploy";

/** The target that starts an engine, where the user names none. */
const TARGET_OF: Readonly<Record<EngineId, TargetId>> = {
  "tensorrt-llm": "trtllm-serve",
  "tensorrt-llm-engine": "triton-engine",
};

export type Deployments =
  | {
      readonly ok: true;
      readonly artifacts: readonly Artifact[];
      readonly targets: readonly TargetId[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** The target of this name. Throws an InputError for one that there is not. */
export function targetNamed(name: string): TargetId {
  if (isTargetId(name)) {
    return name;
  }
  const known = listTargets().map(({ id }) => id);
  throw new InputError({ file: "--target" }, `expected ${known.join(" or ")}, got ${shown(name)}`);
}

/**
 * The files of a plan. Without a target, each engine gets its own; two engines get a folder each.
 */
export function deploymentsOf(plan: PlanDocument, target: TargetId | undefined): Deployments {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))].sort();
  const [first = "tensorrt-llm"] = engines;
  if (target !== undefined || engines.length <= 1) {
    return rendered(plan, target ?? TARGET_OF[first], "");
  }
  const parts = engines.map((engine) => {
    const own = plan.deployments.filter((deployment) => deployment.engine.id === engine);
    const id = TARGET_OF[engine];
    return rendered({ ...plan, deployments: own }, id, `${id}/`);
  });
  const reasons = parts.flatMap((part) => (part.ok ? [] : part.reasons));
  return reasons.length > 0
    ? { ok: false, reasons }
    : {
        ok: true,
        artifacts: parts.flatMap((part) => (part.ok ? part.artifacts : [])),
        targets: parts.flatMap((part) => (part.ok ? part.targets : [])),
      };
}

function rendered(plan: PlanDocument, target: TargetId, prefix: string): Deployments {
  const result = renderDeployment(plan, target);
  return result.ok
    ? {
        ok: true,
        artifacts: result.artifacts.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
        targets: [target],
      }
    : { ok: false, reasons: result.refusals.map(({ text }) => `${target}: ${text}`) };
}
