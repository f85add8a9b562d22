import type { EngineId } from "../engine/engine.ts";

/** Engines whose processes nvidia-smi shows by a name of their own; TensorRT-LLM's are often just python3. */
const NAMES: readonly (readonly [part: string, kind: ProcessKind])[] = [
  ["llama-server", "llama.cpp"],
  ["llama_server", "llama.cpp"],
  ["vllm", "vllm"],
  ["sglang", "sglang"],
  ["tritonserver", "tensorrt-llm"],
  ["trtllm", "tensorrt-llm"],
  ["mpi4py", "tensorrt-llm"],
];

/** What a process is by its name; python is any of the engines that are Python programs. */
export type ProcessKind = "tensorrt-llm" | "vllm" | "sglang" | "llama.cpp" | "python" | "other";

export function processKind(name: string | undefined): ProcessKind {
  const text = (name ?? "").toLowerCase();
  const known = NAMES.find(([part]) => text.includes(part))?.[1];
  return known ?? (text.includes("python") ? "python" : "other");
}

/** Both eras of TensorRT-LLM look alike. */
export function kindOfEngine(engine: EngineId): Exclude<ProcessKind, "python" | "other"> {
  return engine === "tensorrt-llm-engine" ? "tensorrt-llm" : engine;
}
