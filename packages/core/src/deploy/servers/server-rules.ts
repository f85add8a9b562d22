import type { PlanDocument } from "../../documents/plan-document.ts";
import type { RefusalReason } from "../refusal.ts";
import type { RenderOptions } from "../render-options.ts";
import type { Rule } from "../rules.ts";
import { launcherOf } from "./engines/registry.ts";

/** What a packaging of servers asks of a plan, whatever their engines are. */
export const SERVER_RULES: readonly Rule[] = [engineRules];

/** What each engine's launcher asks of its own deployments. */
function engineRules(plan: PlanDocument, options: RenderOptions): readonly RefusalReason[] {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))];
  return engines.flatMap((engine) =>
    launcherOf(engine).rules.flatMap((rule) => rule(plan, options)),
  );
}
