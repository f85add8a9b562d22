import type { EngineId } from "../../../engine/engine.ts";
import type { EngineLauncher } from "../engine-launcher.ts";
import { llamaCppLauncher } from "./llama-cpp.ts";
import { sglangLauncher } from "./sglang.ts";
import { tritonEngineLauncher } from "./triton-engine.ts";
import { trtllmServeLauncher } from "./trtllm-serve.ts";
import { vllmLauncher } from "./vllm.ts";

const LAUNCHERS: Readonly<Record<EngineId, EngineLauncher>> = {
  "tensorrt-llm": trtllmServeLauncher,
  "tensorrt-llm-engine": tritonEngineLauncher,
  vllm: vllmLauncher,
  sglang: sglangLauncher,
  "llama.cpp": llamaCppLauncher,
};

/** How a server of one replica of this engine is started. */
export function launcherOf(engine: EngineId): EngineLauncher {
  return LAUNCHERS[engine];
}
