import { fields, printPbtxt } from "../../text/pbtxt.ts";
import { instanceGroup, type Tensor, tensorList } from "../triton/tensors.ts";
import type { LlmapiServer } from "./server.ts";

/**
 * config.pbtxt of an LLM-API model. That answers come in pieces stands here and in model.yaml: Triton reads the one,
 * model.py the other, and what auto-completion would carry over depends on the server's flags.
 */
export function llmapiConfig({ modelName }: LlmapiServer): string {
  return printPbtxt([
    ["name", modelName],
    ["backend", "python"],
    ["max_batch_size", 0],
    ["model_transaction_policy", fields([["decoupled", true]])],
    ["input", tensorList(INPUTS)],
    ["output", tensorList(OUTPUTS)],
    instanceGroup(1),
  ]);
}

function optional(
  type: Tensor["type"],
  names: readonly string[],
  dims: readonly number[] = [1],
): readonly Tensor[] {
  return names.map((name) => ({ name, type, dims, isOptional: true }));
}

const sampling = (names: readonly string[]): readonly string[] =>
  names.map((name) => `sampling_param_${name}`);

/** What a text model takes; images and adapters are left out. */
const INPUTS: readonly Tensor[] = [
  { name: "text_input", type: "STRING", dims: [-1] },
  ...optional("BOOL", ["streaming"]),
  ...optional("INT32", sampling(["best_of", "top_k", "max_tokens"])),
  ...optional("FP32", sampling(["temperature", "top_p", "frequency_penalty", "presence_penalty"])),
  ...optional("STRING", sampling(["stop"]), [-1]),
  ...optional("UINT64", sampling(["seed"])),
  ...optional("BOOL", sampling(["exclude_input_from_output", "return_perf_metrics"])),
  ...optional("BOOL", ["return_finish_reason", "return_stop_reason", "return_cumulative_logprob"]),
  ...optional("BOOL", ["stop"]),
];

function outputs(
  type: Tensor["type"],
  names: readonly string[],
  dims: readonly number[] = [-1],
): readonly Tensor[] {
  return names.map((name) => ({ name, type, dims }));
}

const kvCache = (names: readonly string[]): readonly string[] =>
  names.map((name) => `kv_cache_${name}`);

const OUTPUTS: readonly Tensor[] = [
  ...outputs("STRING", ["text_output", "finish_reason", "stop_reason"]),
  ...outputs("FP32", ["cumulative_logprob"]),
  ...outputs("INT32", kvCache(["reused_block", "missed_block"])),
  ...outputs("INT32", kvCache(["alloc_new_blocks", "alloc_total_blocks"])),
  ...outputs("FP32", kvCache(["hit_rate"])),
  ...outputs("INT64", ["arrival_time_ns", "first_scheduled_time_ns"], [1]),
  ...outputs("INT64", ["first_token_time_ns", "last_token_time_ns"], [1]),
  ...outputs("FP32", ["acceptance_rate"], [1]),
  ...outputs("INT32", ["total_accepted_draft_tokens", "total_draft_tokens"], [1]),
];
