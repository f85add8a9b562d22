import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import { fields, printPbtxt } from "../../text/pbtxt.ts";
import {
  dynamicBatching,
  instanceGroup,
  parameters,
  type Tensor,
  tensorList,
} from "../triton/tensors.ts";
import { contextFmha } from "./context-fmha.ts";
import type { EngineModel } from "./engine-models.ts";
import { MEASURES, SCORES } from "./measures.ts";
import type { TritonFront } from "./repository.ts";

/** config.pbtxt of a `tensorrt_llm_…` model; behind a BLS model it has to offer all that this asks for. */
export function llmConfig(model: EngineModel, front: TritonFront): string {
  const { deployment } = model.instances[0];
  return printPbtxt([
    ["name", model.llm],
    ["backend", "tensorrtllm"],
    ["max_batch_size", deployment.maxBatchSize],
    ["model_transaction_policy", fields([["decoupled", true]])],
    dynamicBatching(deployment.maxBatchSize),
    ["input", tensorList(front === "bls" ? [...INPUTS, ...FOR_MEASURES] : INPUTS)],
    ["output", tensorList(front === "bls" ? [...OUTPUTS, ...MEASURES] : OUTPUTS)],
    instanceGroup(model.instances.length),
    ...parameters(llmParameters(model, deployment)),
  ]);
}

/** Batch and token limits are the engine's own. */
function llmParameters(model: EngineModel, deployment: PlanDeployment): Record<string, string> {
  const { isPaged } = contextFmha(deployment, model.build.gpu.computeCapability);
  return {
    gpt_model_type: "inflight_fused_batching",
    gpt_model_path: model.build.engineFolder,
    executor_worker_path: launcherFact("triton", "worker"),
    gpu_device_ids: model.deviceIds,
    ...(model.participantIds === undefined ? {} : { participant_ids: model.participantIds }),
    max_tokens_in_paged_kv_cache: String(deployment.kv.maxTokens),
    kv_cache_free_gpu_mem_fraction: String(deployment.kv.freeGpuMemFraction),
    enable_kv_cache_reuse: String(isPaged),
    batch_scheduler_policy: "guaranteed_no_evict",
    // A prompt longer than one step's tokens is only taken in pieces.
    enable_chunked_context: String(isPaged && deployment.maxNumTokens < deployment.maxSeqLen),
    max_beam_width: "1",
    exclude_input_in_output: "true",
    FORCE_CPU_ONLY_INPUT_TENSORS: "no",
  };
}

function optional(type: Tensor["type"], names: readonly string[]): readonly Tensor[] {
  return names.map((name) => ({ name, type, dims: [1], isScalar: true, isOptional: true }));
}

/** What a text model takes; images, adapters and draft models are left out. */
const INPUTS: readonly Tensor[] = [
  { name: "input_ids", type: "INT32", dims: [-1], isRagged: true, isOptional: true },
  { name: "input_lengths", type: "INT32", dims: [1], isScalar: true },
  { name: "request_output_len", type: "INT32", dims: [1], isScalar: true },
  ...optional("INT32", ["num_return_sequences", "end_id", "pad_id", "beam_width", "min_tokens"]),
  ...optional("INT32", ["runtime_top_k", "runtime_top_p_reset_ids"]),
  ...optional("FP32", ["runtime_top_p", "runtime_top_p_min", "runtime_top_p_decay"]),
  ...optional("FP32", ["temperature", "len_penalty", "repetition_penalty"]),
  ...optional("FP32", ["presence_penalty", "frequency_penalty", "beam_search_diversity_rate"]),
  ...optional("UINT64", ["seed"]),
  ...optional("BOOL", ["early_stopping", "return_log_probs", "return_context_logits"]),
  ...optional("BOOL", ["return_generation_logits", "exclude_input_in_output"]),
  ...optional("BOOL", ["stop", "streaming"]),
  { name: "stop_words_list", type: "INT32", dims: [2, -1], isRagged: true, isOptional: true },
  { name: "bad_words_list", type: "INT32", dims: [2, -1], isRagged: true, isOptional: true },
  { name: "embedding_bias", type: "FP32", dims: [-1], isRagged: true, isOptional: true },
];

const FOR_MEASURES: readonly Tensor[] = optional("BOOL", [
  "return_perf_metrics",
  "return_num_input_tokens",
  "return_num_output_tokens",
]);

const OUTPUTS: readonly Tensor[] = [
  { name: "output_ids", type: "INT32", dims: [-1, -1] },
  { name: "sequence_length", type: "INT32", dims: [-1] },
  ...SCORES,
];
