import { compose } from "./compose.ts";
import { dynamo } from "./dynamo.ts";
import { kubernetes } from "./kubernetes.ts";
import { llamaCpp } from "./llama-cpp.ts";
import { rayServe } from "./ray-serve.ts";
import { scripts } from "./scripts.ts";
import { sglang } from "./sglang.ts";
import { slurm } from "./slurm.ts";
import { systemd } from "./systemd.ts";
import type { Target } from "./target.ts";
import type { TargetId } from "./target-id.ts";
import { tritonEngine } from "./triton-engine.ts";
import { tritonLlmapi } from "./triton-llmapi.ts";
import { trtllmServe } from "./trtllm-serve.ts";
import { vllm } from "./vllm.ts";

const TARGETS: { readonly [Id in TargetId]: Target<Id> } = {
  "trtllm-serve": trtllmServe,
  "triton-engine": tritonEngine,
  "triton-llmapi": tritonLlmapi,
  vllm,
  sglang,
  "llama-cpp": llamaCpp,
  kubernetes,
  scripts,
  compose,
  systemd,
  slurm,
  dynamo,
  "ray-serve": rayServe,
};

/** Every target with one sentence, in the order in which they are listed. */
export function listTargets(): readonly { readonly id: TargetId; readonly description: string }[] {
  return Object.values(TARGETS).map(({ id, description }) => ({ id, description }));
}

/** Whether this is the name of a target. */
export function isTargetId(text: string): text is TargetId {
  return Object.hasOwn(TARGETS, text);
}

export function targetOf(id: TargetId): Target {
  return TARGETS[id];
}

/** True where the target's bundle keeps its router running, and says so in its own README. */
export function keepsRouter(id: TargetId): boolean {
  return TARGETS[id].keepsRouter === true;
}
