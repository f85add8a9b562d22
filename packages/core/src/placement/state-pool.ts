import { rulesOf } from "../engine/registry.ts";
import { stateBytesPerSequence } from "../memory/recurrent-state.ts";
import type { Parallelism } from "../model/parallelism.ts";
import type { Reason } from "../report/reason.ts";
import type { PlannedModel } from "./planned-model.ts";

/**
 * One fraction gives every pipeline stage a pool of recurrent state that grows with what is free on its cards, and
 * nothing caps it (SGLang): with stages on cards of unequal room, no plan could say what such a pool takes.
 */
export function statePoolReasons(
  { spec, engine, version }: PlannedModel,
  { pp }: Pick<Parallelism, "pp">,
): readonly Reason[] {
  const whole = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };
  return pp > 1 &&
    rulesOf(engine, version).state === "pool" &&
    stateBytesPerSequence(spec, whole) > 0
    ? [{ code: "state-pool-stages", engine: engine.id, pp }]
    : [];
}
