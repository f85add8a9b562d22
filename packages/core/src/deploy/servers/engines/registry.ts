import type { EngineId } from "../../../engine/engine.ts";
import type { EngineLauncher } from "../engine-launcher.ts";
import { trtllmServeLauncher } from "./trtllm-serve.ts";

const LAUNCHERS: Partial<Readonly<Record<EngineId, EngineLauncher>>> = {
  "tensorrt-llm": trtllmServeLauncher,
};

/** How a server of this engine is started; undefined where it has no server of one replica. */
export function launcherOf(engine: EngineId): EngineLauncher | undefined {
  return LAUNCHERS[engine];
}
