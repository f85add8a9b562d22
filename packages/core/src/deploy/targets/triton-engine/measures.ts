import type { Tensor } from "../triton/tensors.ts";

function outputs(type: Tensor["type"], names: readonly string[]): readonly Tensor[] {
  return names.map((name) => ({ name, type, dims: [1] }));
}

/** What an engine says of one request beside its tokens; the BLS model asks it for all of them. */
export const MEASURES: readonly Tensor[] = [
  ...outputs("INT32", ["kv_cache_alloc_new_blocks", "kv_cache_reused_blocks"]),
  ...outputs("INT32", ["kv_cache_alloc_total_blocks"]),
  ...outputs("INT64", ["arrival_time_ns", "first_scheduled_time_ns"]),
  ...outputs("INT64", ["first_token_time_ns", "last_token_time_ns"]),
  ...outputs("FP32", ["acceptance_rate"]),
  ...outputs("INT32", ["total_accepted_draft_tokens", "total_draft_tokens"]),
  ...outputs("INT32", ["num_input_tokens", "num_output_tokens"]),
];

/** What an engine says of each sequence beside its tokens, where a request asks for it. */
export const SCORES: readonly Tensor[] = [
  { name: "cum_log_probs", type: "FP32", dims: [-1] },
  { name: "output_log_probs", type: "FP32", dims: [-1, -1] },
  { name: "context_logits", type: "FP32", dims: [-1, -1] },
  { name: "generation_logits", type: "FP32", dims: [-1, -1, -1] },
  { name: "batch_index", type: "INT32", dims: [1] },
  { name: "sequence_index", type: "INT32", dims: [1] },
];
