import type { MoeFeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE } from "../limits.ts";

/** Under which keys a family keeps its experts, and what is special about them. */
export interface MoeKeys extends MoeTraits {
  readonly experts: string;
  readonly active?: string;
  readonly intermediate: string;
}

type MoeTraits = Partial<Omit<MoeFeedForward, "kind" | "experts" | "active" | "intermediate">>;

/** The mixture of experts of a layer. Throws an InputError where more experts are active than there are. */
export function moeOf(config: Fields, keys: MoeKeys): MoeFeedForward {
  const { experts: expertsKey, active: activeKey, intermediate, ...traits } = keys;
  const key = activeKey ?? "num_experts_per_tok";
  const experts = config.count(expertsKey, MAX_EXPERTS);
  const active = config.count(key, MAX_EXPERTS);
  if (active > experts) {
    throw config.bad(key, `expected at most ${expertsKey} (${experts}), got ${active}`);
  }
  return {
    kind: "moe",
    experts,
    active,
    intermediate: config.count(intermediate, MAX_INTERMEDIATE),
    sharedIntermediate: 0,
    sharedGate: false,
    ...traits,
  };
}
