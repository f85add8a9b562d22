import type { EngineId } from "../engine/engine.ts";

/**
 * What a line can say something of. The first are terms of a plan; the rest are sums of them, or what an engine
 * finds on its card: what lies outside PyTorch's allocator, buffers of the C++ runtime, the card's total, what is
 * free before the engine starts, before and after its weights are loaded, and when it sizes its KV cache, and the
 * part of that which the cache may have. What holds only for a moment or in part has names of its own, which nothing
 * is compared with: the attention workspace, what PyTorch may take, a cap on the KV cache, what of it no token grows,
 * and the KV cache in host memory.
 */
export type LogTerm =
  | "weights"
  | "activations"
  | "kv"
  | "state"
  | "graphs"
  | "decoder"
  | "outside-torch"
  | "runtime-buffers"
  | "peak"
  | "device-total"
  | "free-at-start"
  | "free-before-load"
  | "free-after-load"
  | "free-for-kv"
  | "kv-budget"
  | "free-at-end"
  | "temporary-kv"
  | "outside-torch-after-load"
  | "weights-and-outside"
  | "workspace"
  | "torch-limit"
  | "kv-limit"
  | "kv-fixed"
  | "host-kv";

/** "tokens-per-block" is a number without a unit. */
export type LogUnit = "bytes" | "tokens" | "blocks" | "tokens-per-block" | "bytes-per-token";

/** One number that an engine printed. */
export interface LogFinding {
  readonly engine: EngineId;
  readonly term: LogTerm;
  readonly unit: LogUnit;
  readonly value: number;
  /** Half a unit of the last digit that was printed, in the unit of `value`: as much may be lost in rounding. */
  readonly halfWidth: number;
  /** As printed: "8.46 GB". Engines mean GiB by it; several parts of a line have "+" between them. */
  readonly printed: string;
  /** Missing where the line does not say. */
  readonly rank?: number;
  /** The model that Triton was loading then, by Triton's name for it. */
  readonly model?: string;
  readonly line: number;
  readonly text: string;
  /** Where such lines are described or were seen. */
  readonly source: string;
}

/** Ways in which an engine fails, as its log tells them. */
export type FailureCode =
  | "out-of-memory"
  | "executor-memory"
  | "kv-too-small"
  | "less-free-than-share"
  | "cublas-handle"
  | "nccl-peer-to-peer"
  | "nccl"
  | "compute-capability"
  | "precision-unsupported"
  | "driver-too-old"
  | "no-gpu"
  | "port-in-use"
  | "files-missing"
  | "file-invalid"
  | "engine-version"
  | "engine-device"
  | "prompt-too-long"
  | "cards-unequal"
  | "host-memory"
  | "killed";

/** Why an engine did not start, or ended. */
export interface LogFailure {
  readonly code: FailureCode;
  /** In one sentence, and what to do about it in another. */
  readonly meaning: string;
  readonly remedy: string;
  /** What could not be made, where TensorRT-LLM says it. */
  readonly component?: string;
  readonly requestedBytes?: number;
  readonly freeBytes?: number;
  readonly totalBytes?: number;
  readonly rank?: number;
  /** The first line that says so, and how many do. */
  readonly line: number;
  readonly text: string;
  readonly count: number;
  readonly source: string;
}

/** What TensorRT-LLM's report of an insufficient memory says of one stage of its start. */
export interface LogStage {
  readonly name: string;
  readonly freeBeforeBytes: number;
  readonly freeAfterBytes: number;
}

/** What a log says of its last start. */
export interface LogReport {
  /** Engines whose lines it has most of; several where they share all that was found, none where nothing was. */
  readonly engines: readonly EngineId[];
  /** As the engine prints it. */
  readonly version?: string;
  /** The model, or its path, as the engine prints it. */
  readonly model?: string;
  readonly findings: readonly LogFinding[];
  readonly failures: readonly LogFailure[];
  readonly stages: readonly LogStage[];
  readonly lines: number;
}
