import type { EstimateRequest } from "@berth/core";

/** A posted start-up log of ../shared/truth/boot-logs.jsonl, as far as it is read here. */
export interface BootLog {
  readonly id: string;
  readonly engine: string;
  readonly engine_tag: string;
  readonly engine_version?: string;
  readonly model: string;
  readonly quant?: string;
  readonly kv_dtype?: string;
  readonly gpu?: string;
  readonly gpu_total_gib?: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly ep?: number;
  readonly max_model_len?: number;
  readonly max_num_tokens?: number;
  readonly max_batch_size?: number;
  readonly mem_fraction?: number;
  readonly kv_tokens_semantics?: string;
  readonly block_size?: number;
  readonly measured: Readonly<Record<string, number>>;
  readonly derived?: { readonly kv_bytes_per_token?: number };
  readonly trust: string;
}

/** Why a log can't be asked as a request, whatever the models that we know: nothing about our errors stands here. */
const NOT_ASKABLE: ReadonlyMap<string, string> = new Map([
  ["trt-005", "unified memory: 49 GiB are the host's"],
  ["trt-007", "two layers of a model, not a model"],
  ["trt-016", "tokens were pinned; max_num_tokens not stated: batch · input length in this era"],
  ["trt-028", "max_num_tokens not stated: batch · input length in this era"],
  ["trt-035", "a second engine on the card, limits not stated"],
  ["trt-045", "the profile's temporary pool"],
  ["trt-048", "max_num_tokens not stated"],
  ["trt-049", "failed before its KV cache"],
  ["vllm-006", "limits not stated; its author says that they were set high"],
  ["vllm-009", "a version before the oldest known (0.4.0)"],
  ["vllm-010", "a version before the oldest known (0.4.0)"],
  ["vllm-012", "LoRA; card not stated"],
  ["vllm-060", "another process let go of memory while it was profiled"],
  ["sgl-006", "tokens were pinned"],
]);

/** The engine of a log, and the version that its name or date stands for. */
function engineOf(log: BootLog): { readonly engine: string; readonly engineVersion: string } {
  if (log.engine_tag.startsWith("TensorRT-LLM (TRT")) {
    return { engine: "tensorrt-llm-engine", engineVersion: numberIn(log) ?? "0.16.0" };
  }
  if (log.engine_tag.startsWith("TensorRT-LLM")) {
    return { engine: "tensorrt-llm", engineVersion: numberIn(log) ?? "1.2.1" };
  }
  if (log.engine_tag === "vLLM") {
    return { engine: "vllm", engineVersion: numberIn(log) ?? vllmOfDate(log) };
  }
  return log.engine_tag === "SGLang"
    ? { engine: "sglang", engineVersion: "0.5.16" }
    : { engine: "llama.cpp", engineVersion: "b8000" };
}

function numberIn({ engine_version = "" }: BootLog): string | undefined {
  return /(?<![\d-])(\d{1,2}\.\d+(?:\.\d+)?(?:rc\d+)?)(?!\d*-)/.exec(engine_version)?.[1];
}

/** vLLM's releases by the month in which they came out; V0 of 2025 is 0.7. */
const VLLM_RELEASES: readonly (readonly [string, string])[] = [
  ["2026-08", "0.26.0"],
  ["2026-05", "0.21.0"],
  ["2026-03", "0.17.0"],
  ["2025-10", "0.11.0"],
  ["2025-09", "0.10.2"],
  ["2025-04", "0.8.3"],
  ["2025-01", "0.6.6"],
  ["2024-12", "0.6.4"],
];

function vllmOfDate({ engine, engine_version = "" }: BootLog): string {
  const release = VLLM_RELEASES.find(([month]) => engine_version >= month)?.[1] ?? "0.31.0";
  return engine.includes("V0") && engine_version >= "2025-04" ? "0.7.3" : release;
}

/** What a log calls a model, and what the catalogue or Hugging Face does, where the two differ in more than a suffix. */
const MODEL_NAMES: ReadonlyMap<string, string> = new Map([
  ["nvidia/Llama-3.1-8B-Instruct-FP8", "meta-llama/Llama-3.1-8B"],
  ["meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B"],
  ["meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-8B"],
  ["Qwen/Qwen3-235B-A22B-FP8", "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8"],
  ["Qwen/Qwen2.5-Coder-0.5B-Instruct", "Qwen/Qwen2.5-0.5B"],
  ["Qwen2.5-0.5B (local snapshot)", "Qwen/Qwen2.5-0.5B"],
  ["Llama-2-7b", "meta-llama/Llama-2-7b-hf"],
  ["Qwen2.5-1.5B", "Qwen/Qwen2.5-1.5B"],
  ["Qwen/Qwen2.5-7B-Instruct", "Qwen/Qwen2.5-7B-Instruct"],
  ["nvidia/Qwen3-8B-FP8", "Qwen/Qwen3-8B"],
  ["Qwen/Qwen3.5-9B + MTP(1)", "Qwen/Qwen3.5-9B"],
  ["dsv4 (DeepSeek-V4-Pro)", "deepseek-ai/DeepSeek-V4-Pro"],
]);

export function modelOf({ model }: BootLog): string {
  return MODEL_NAMES.get(model) ?? model;
}

/** Run under Windows, where CUDA sees all of the card's memory but one MiB (data/README.md). */
const ON_WINDOWS: ReadonlyMap<string, number> = new Map([["vllm-024", 16302]]);

/** Limits that follow from the command which logs' source names: `vllm bench latency` is no server, and takes 8192 tokens a step. */
const OF_COMMAND: ReadonlyMap<string, number> = new Map([
  ["vllm-020", 8192],
  ["vllm-021", 8192],
]);

/** Fractions that a log does not name, but adds up to: (205.08 + 3.75 + 1.63 + 43.85) / 267.69 = 0.9500. */
const ADDED_UP: ReadonlyMap<string, number> = new Map([["vllm-054", 0.95]]);

/** Draft layers of the model's own that a log names, or whose weights it holds: 4.4 GiB a rank of vllm-054, the layer being 3.4. */
const OWN_DRAFT: ReadonlyMap<string, number> = new Map([
  ["vllm-021", 1],
  ["vllm-054", 1],
]);

/** Cards as logs name them; the total stands beside it where the log prints it. */
const CARDS: readonly (readonly [RegExp, string])[] = [
  [/RTX 5090/, "rtx-5090"],
  [/RTX 5080/, "rtx-5080"],
  [/RTX 4090/, "rtx-4090"],
  [/RTX 3090/, "rtx-3090"],
  [/A4000/, "rtx-a4000"],
  [/RTX A6000/, "rtx-a6000"],
  [/H100 PCIe/, "h100-pcie-80gb"],
  [/H100/, "h100-sxm-80gb"],
  [/H200/, "h200-sxm-141gb"],
  [/A100 40/, "a100-sxm-40gb"],
  [/A100 80/, "a100-sxm-80gb"],
  [/A10 /, "a10-24gb"],
  [/L4 /, "l4-24gb"],
  [/B300/, "b300"],
  [/B200/, "b200"],
  [/not named \(79/, "h100-sxm-80gb"],
];

const QUANTIZATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(bf16|fp16)$/i, "bf16"],
  [/^FP8$/, "fp8"],
  [/int8 weight-only/, "int8-wo"],
  [/int4_awq|^AWQ/, "int4-awq"],
];

export type Asked =
  | { readonly request: EstimateRequest; readonly model: string }
  | { readonly why: string };

/** A log as a request; what it does not state stays at the engine's default. */
export function requestOf(log: BootLog): Asked {
  const why = NOT_ASKABLE.get(log.id);
  const gpu = CARDS.find(([name]) => name.test(`${log.gpu ?? ""} `))?.[1];
  if (why !== undefined || gpu === undefined) {
    return { why: why ?? "card not stated" };
  }
  const ownQuantization = modelOf(log).endsWith("-FP8");
  const quantization = ownQuantization
    ? undefined
    : QUANTIZATIONS.find(([name]) => name.test(log.quant ?? ""))?.[1];
  const fields = {
    gpuMemoryMiB:
      log.gpu_total_gib === undefined ? ON_WINDOWS.get(log.id) : log.gpu_total_gib * 1024,
    tp: log.tp,
    pp: log.pp,
    ep: log.ep,
    quantization,
    kvCacheDtype: log.kv_dtype?.replace("_e4m3", ""),
    maxSeqLen: log.max_model_len,
    maxNumTokens: log.max_num_tokens ?? OF_COMMAND.get(log.id),
    maxBatchSize: log.max_batch_size,
    kvFraction: log.mem_fraction ?? ADDED_UP.get(log.id),
    tokensPerBlock: log.block_size,
    draftLayers: OWN_DRAFT.get(log.id),
  };
  const stated = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  return { model: modelOf(log), request: { id: log.id, gpu, ...engineOf(log), ...stated } };
}
