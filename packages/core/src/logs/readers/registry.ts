import type { EngineId } from "../../engine/engine.ts";
import { llamaCppLog } from "./llama-cpp.ts";
import type { LogTable } from "./log-table.ts";
import { sglangLog } from "./sglang.ts";
import { tensorrtLlmLog } from "./tensorrt-llm.ts";
import { tensorrtLlmEngineLog } from "./tensorrt-llm-engine.ts";
import { vllmV0Log } from "./vllm-v0.ts";
import { vllmV1Log } from "./vllm-v1.ts";

/** How the log of each engine is read; its eras print different lines, so all tables of an engine are tried. */
export const LOG_TABLES: Readonly<Record<EngineId, readonly LogTable[]>> = {
  "tensorrt-llm": [tensorrtLlmLog],
  "tensorrt-llm-engine": [tensorrtLlmEngineLog],
  vllm: [vllmV0Log, vllmV1Log],
  sglang: [sglangLog],
  "llama.cpp": [llamaCppLog],
};
