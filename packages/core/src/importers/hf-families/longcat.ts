import type { DenseFeedForward } from "../../model/feed-forward.ts";
import { MAX_EXPERTS, MAX_INTERMEDIATE, MAX_LAYERS } from "../limits.ts";
import { latentAttention } from "./deepseek.ts";
import type { Family } from "./family.ts";
import { moeOf } from "./moe.ts";

/**
 * LongCat-Flash: each layer of its config is two, both with latent attention and a dense feed-forward; experts stand beside
 * the first one's. Experts that do nothing have a place in the router and no weights.
 */
export const longcat: Family = {
  modelTypes: ["longcat_flash"],
  names: { intermediate_size: "ffn_hidden_size", num_experts_per_tok: "moe_topk" },
  defaults: {
    zero_expert_num: 256,
    num_experts_per_tok: 12,
    max_position_embeddings: 131_072,
  },
  layers: (config) => 2 * config.count("num_layers", MAX_LAYERS),
  differences: (config, { hidden }) => {
    const attention = latentAttention(config);
    const dense: DenseFeedForward = {
      kind: "dense",
      intermediate: config.count("intermediate_size", MAX_INTERMEDIATE),
      gated: true,
      bias: false,
    };
    const idle = config.countOrZero("zero_expert_num", MAX_EXPERTS);
    const moe = moeOf(config, {
      experts: "n_routed_experts",
      intermediate: "expert_ffn_hidden_size",
      beside: dense,
      routerExtra: idle * hidden,
    });
    return {
      attention: () => attention,
      feedForward: (layer) => (layer % 2 === 0 ? moe : dense),
    };
  },
};
