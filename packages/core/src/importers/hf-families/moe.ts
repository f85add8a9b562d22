import type { MoeFeedForward } from "../../model/feed-forward.ts";
import type { Fields } from "../fields.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE } from "../limits.ts";

/** Under which keys a family keeps its experts. */
export interface MoeKeys {
  readonly experts: string;
  readonly intermediate: string;
  readonly sharedIntermediate?: number;
  readonly sharedGate?: boolean;
}

/** The mixture of experts of a layer. Throws an InputError where more experts are active than there are. */
export function moeOf(config: Fields, keys: MoeKeys): MoeFeedForward {
  const experts = config.count(keys.experts, MAX_EXPERTS);
  const active = config.count("num_experts_per_tok", MAX_EXPERTS);
  if (active > experts) {
    throw config.bad(
      "num_experts_per_tok",
      `expected at most ${keys.experts} (${experts}), got ${active}`,
    );
  }
  return {
    kind: "moe",
    experts,
    active,
    intermediate: config.count(keys.intermediate, MAX_INTERMEDIATE),
    sharedIntermediate: keys.sharedIntermediate ?? 0,
    sharedGate: keys.sharedGate ?? false,
  };
}
