import { fields, printPbtxt } from "../../text/pbtxt.ts";
import { instanceGroup, parameters, type Tensor, tensorList } from "../triton/tensors.ts";
import type { EngineModel } from "./engine-models.ts";
import { MEASURES, SCORES } from "./measures.ts";

/**
 * config.pbtxt of the public model where TensorRT-LLM's Python code calls the three steps, in place of an ensemble. It
 * calls `preprocessing` and `postprocessing` by these names, whatever the configuration says.
 */
export function blsConfig({ ensemble, llm, instances: [{ deployment }] }: EngineModel): string {
  return printPbtxt([
    ["name", ensemble],
    ["backend", "python"],
    ["max_batch_size", deployment.maxBatchSize],
    ["model_transaction_policy", fields([["decoupled", true]])],
    ["input", tensorList(INPUTS)],
    ["output", tensorList(OUTPUTS)],
    instanceGroup(blsInstances(deployment)),
    ...parameters({ accumulate_tokens: "false", tensorrt_llm_model_name: llm }),
  ]);
}

/** An instance waits for its request's whole answer: as many as the engine runs at once, of those that the cache holds. */
function blsInstances({
  maxBatchSize,
  concurrentSequences,
}: EngineModel["instances"][0]["deployment"]): number {
  return Math.min(maxBatchSize, Math.max(1, concurrentSequences));
}

function optional(
  type: Tensor["type"],
  names: readonly string[],
  more: Partial<Tensor> = {},
): readonly Tensor[] {
  return names.map((name) => ({ name, type, dims: [1], isOptional: true, ...more }));
}

/** What a text model takes; images, adapters and draft models are left out. */
const INPUTS: readonly Tensor[] = [
  { name: "text_input", type: "STRING", dims: [1] },
  { name: "max_tokens", type: "INT32", dims: [1] },
  ...optional("STRING", ["bad_words", "stop_words", "embedding_bias_words"], { dims: [-1] }),
  ...optional("FP32", ["embedding_bias_weights"], { dims: [-1] }),
  ...optional("BOOL", ["exclude_input_in_output", "stream"]),
  ...optional("INT32", ["end_id", "pad_id", "top_k", "min_tokens", "beam_width"]),
  ...optional("FP32", ["top_p", "temperature", "length_penalty", "repetition_penalty"]),
  ...optional("FP32", ["presence_penalty", "frequency_penalty"]),
  ...optional("UINT64", ["seed"]),
  ...optional("INT32", ["num_return_sequences"], { isScalar: true }),
  ...optional(
    "BOOL",
    [
      "return_log_probs",
      "return_context_logits",
      "return_generation_logits",
      "return_perf_metrics",
      "return_num_input_tokens",
      "return_num_output_tokens",
    ],
    { isScalar: true },
  ),
];

const OUTPUTS: readonly Tensor[] = [
  { name: "text_output", type: "STRING", dims: [-1] },
  ...SCORES,
  ...MEASURES,
];
