import type { PlanDocument } from "../../documents/plan-document.ts";
import type { EngineId } from "../../engine/engine.ts";

/** Launchers that a plan can be written for. */
export type TargetId =
  | "trtllm-serve"
  | "triton-engine"
  | "triton-llmapi"
  | "vllm"
  | "sglang"
  | "llama-cpp"
  | "kubernetes"
  | "scripts"
  | "compose"
  | "systemd"
  | "slurm"
  | "dynamo"
  | "ray-serve";

/** The target that starts an engine where the user names none; undefined where no target starts it. */
export function targetOfEngine(engine: EngineId): TargetId | undefined {
  return TARGET_OF[engine];
}

/** The target that starts all engines of a plan; undefined for a plan without any. */
export function targetOfPlan({ deployments }: PlanDocument): TargetId | undefined {
  const [first, ...others] = new Set(deployments.map(({ engine }) => engine.id));
  if (first === undefined) {
    return undefined;
  }
  return others.length === 0 ? TARGET_OF[first] : "scripts";
}

/** The target that starts a model of this engine over several hosts; undefined where none does. */
export function hostSpanningTarget(engine: EngineId): TargetId | undefined {
  return SPANS_HOSTS.has(engine) ? TARGET_OF[engine] : undefined;
}

const SPANS_HOSTS: ReadonlySet<EngineId> = new Set(["tensorrt-llm", "vllm", "sglang"]);

const TARGET_OF: Readonly<Record<EngineId, TargetId>> = {
  "tensorrt-llm": "trtllm-serve",
  "tensorrt-llm-engine": "triton-engine",
  vllm: "vllm",
  sglang: "sglang",
  "llama.cpp": "llama-cpp",
};
