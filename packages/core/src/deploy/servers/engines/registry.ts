import type { EngineId } from "../../../engine/engine.ts";
import type { EngineLauncher } from "../engine-launcher.ts";
import { llamaCppLauncher } from "./llama-cpp.ts";
import { sglangLauncher } from "./sglang.ts";
import { trtllmServeLauncher } from "./trtllm-serve.ts";
import { vllmLauncher } from "./vllm.ts";

const LAUNCHERS: Partial<Readonly<Record<EngineId, EngineLauncher>>> = {
  "tensorrt-llm": trtllmServeLauncher,
  vllm: vllmLauncher,
  sglang: sglangLauncher,
  "llama.cpp": llamaCppLauncher,
};

/** How a server of this engine is started; undefined where it has no server of one replica. */
export function launcherOf(engine: EngineId): EngineLauncher | undefined {
  return LAUNCHERS[engine];
}
