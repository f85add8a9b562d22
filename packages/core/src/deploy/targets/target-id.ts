import type { EngineId } from "../../engine/engine.ts";

export type TargetId = "trtllm-serve" | "triton-engine" | "triton-llmapi";

/** The target that starts an engine where the user names none; undefined where no target starts it. */
export function targetOfEngine(engine: EngineId): TargetId | undefined {
  return TARGET_OF[engine];
}

const TARGET_OF: Partial<Readonly<Record<EngineId, TargetId>>> = {
  "tensorrt-llm": "trtllm-serve",
  "tensorrt-llm-engine": "triton-engine",
};
