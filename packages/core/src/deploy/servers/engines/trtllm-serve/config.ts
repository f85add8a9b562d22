import { stringify } from "yaml";
import { launcherFactAt } from "../../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../../documents/plan-document.ts";
import type { DraftMethod } from "../../../../model/model.ts";
import type { KvCacheDtype } from "../../../../model/quantization.ts";
import { isDefaultSplit } from "../../../stages.ts";
import { visible } from "../../../text/visible.ts";

/** Largest batch that TensorRT-LLM captures a CUDA graph for by default; the plan counts on it. */
const LARGEST_GRAPH = 128;

/**
 * The LlmArgs of one server. Every knob of the plan stands here and nowhere on the command line:
 * versions differ in which of the two wins.
 */
export function serveConfig(deployment: PlanDeployment, cardsPerHost: number): string {
  const head = [
    `LlmArgs of ${visible(deployment.model)}, replica ${deployment.replica}.`,
    "max_tokens is the planned size of the KV cache; the fraction is of what is free at its start,",
    "and holds in the plan's start order only.",
    ...(followsCheckpoint(deployment) ? FOLLOWS : []),
  ];
  return [...head.map((line) => `# ${line}`), stringify(llmArgs(deployment, cardsPerHost))].join(
    "\n",
  );
}

export function llmArgs(
  deployment: PlanDeployment,
  cardsPerHost: number = deployment.tp * deployment.pp,
): Record<string, unknown> {
  return {
    ...parallelArgs(deployment, cardsPerHost),
    max_batch_size: deployment.maxBatchSize,
    max_num_tokens: deployment.maxNumTokens,
    max_seq_len: deployment.maxSeqLen,
    // A prompt longer than one step's tokens is only taken in pieces.
    ...(deployment.maxNumTokens < deployment.maxSeqLen ? { enable_chunked_prefill: true } : {}),
    ...drafting(deployment),
    cuda_graph_config: {
      enable_padding: true,
      max_batch_size: Math.min(deployment.maxBatchSize, LARGEST_GRAPH),
    },
    kv_cache_config: {
      free_gpu_memory_fraction: deployment.kv.freeGpuMemFraction,
      max_tokens: deployment.kv.maxTokens,
      dtype: kvDtype(deployment.kvCacheDtype) ?? "auto",
      ...blockSize(deployment),
      enable_block_reuse: true,
    },
  };
}

/** A draft with files of its own, or the model's own draft layers, each of which proposes a token. */
function drafting({
  draft,
  draftLayers = 0,
  draftTokens = 1,
}: PlanDeployment): Record<string, unknown> {
  if (draft !== undefined) {
    const model = { max_draft_len: draftTokens, speculative_model_dir: draft.source };
    return { speculative_config: { decoding_type: decodingType(draft.method), ...model } };
  }
  return draftLayers === 0
    ? {}
    : { speculative_config: { decoding_type: "MTP", num_nextn_predict_layers: draftLayers } };
}

/** What LlmArgs calls a draft: "Eagle" is EAGLE-3 there. Undefined for what the PyTorch backend does not have. */
export function decodingType(method: DraftMethod): string | undefined {
  switch (method) {
    case "eagle3":
      return "Eagle";
    case "model":
      return "Draft_Target";
    case "eagle":
    case "medusa":
      return undefined;
    default:
      return method satisfies never;
  }
}

/** Versions without the key have the planned size: another one is refused. */
function blockSize({ engine, tokensPerBlock }: PlanDeployment): Record<string, unknown> {
  const key = launcherFactAt("trtllm-serve", "tokensPerBlockKey", engine.version);
  return key === undefined ? {} : { [key]: tokensPerBlock };
}

function parallelArgs(deployment: PlanDeployment, cardsPerHost: number): Record<string, unknown> {
  const { tp, pp, ep, stageLayers, hasPeerToPeer } = deployment;
  return {
    tensor_parallel_size: tp,
    pipeline_parallel_size: pp,
    ...(isDefaultSplit(stageLayers) ? {} : { pp_partition: [...stageLayers] }),
    ...(ep > 1 ? { moe_expert_parallel_size: ep } : {}),
    gpus_per_node: cardsPerHost,
    ...(tp > 1 && !hasPeerToPeer ? { allreduce_strategy: "NCCL" } : {}),
  };
}

const FOLLOWS: readonly string[] = [
  "dtype auto is 16 bits where the model's own files ask for no other KV cache; no value forces 16 bits,",
  "so the start script looks whether they do.",
];

/** True where LlmArgs can't say the planned KV type, and the checkpoint has the last word. */
function followsCheckpoint({ kvCacheDtype }: PlanDeployment): boolean {
  return kvDtype(kvCacheDtype) === "auto";
}

/**
 * The name of a KV dtype in LlmArgs; it takes auto, fp8 and nvfp4. "auto" is what the checkpoint
 * asks for, and its own 16-bit type where it asks for none. Undefined where the dtype has no name.
 */
export function kvDtype(dtype: KvCacheDtype): string | undefined {
  switch (dtype) {
    case "bf16":
    case "fp16":
      return "auto";
    case "fp8":
    case "nvfp4":
      return dtype;
    case "int8":
    case "q8_0":
    case "q4_0":
      return undefined;
    default:
      return dtype satisfies never;
  }
}
