import { rulesOf } from "../engine/registry.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { Reason } from "../report/reason.ts";
import type { PlannedModel } from "./planned-model.ts";

/**
 * SGLang sizes the pools of all pipeline stages by the least memory that any of them finds free, and nothing caps
 * the pool of recurrent state of each, so that a plan for several stages would promise what is not there.
 */
export function statePoolReasons(
  { engine, version }: PlannedModel,
  { pp }: Pick<Parallelism, "pp">,
): readonly Reason[] {
  return pp > 1 && rulesOf(engine, version).state === "pool"
    ? [{ code: "state-pool-stages", engine: engine.id, pp }]
    : [];
}
