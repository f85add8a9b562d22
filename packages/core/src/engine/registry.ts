import type { EngineSpec } from "./engine.ts";
import { llamaCpp } from "./llama-cpp.ts";
import type { EngineRules } from "./rules.ts";
import { sglang } from "./sglang.ts";
import { tensorrtLlm } from "./tensorrt-llm.ts";
import { tensorrtLlmEngine } from "./tensorrt-llm-engine.ts";
import { vllmRules } from "./vllm.ts";

const RULES = {
  "tensorrt-llm": () => tensorrtLlm,
  "tensorrt-llm-engine": () => tensorrtLlmEngine,
  vllm: vllmRules,
  sglang: () => sglang,
  "llama.cpp": () => llamaCpp,
} as const satisfies Record<EngineSpec["id"], (version: string) => EngineRules>;

const KNOWN = new Map<string, EngineRules>();

/** Versions remembered; a few dozen are in use. */
const MOST_VERSIONS = 1000;

/** How this version of an engine counts. */
export function rulesOf({ id }: EngineSpec, version: string): EngineRules {
  const key = `${id} ${version}`;
  const rules = KNOWN.get(key) ?? RULES[id](version);
  if (KNOWN.size < MOST_VERSIONS) {
    KNOWN.set(key, rules);
  }
  return rules;
}
