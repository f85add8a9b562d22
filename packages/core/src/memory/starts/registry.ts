import type { EngineRules, KvBase } from "../../engine/rules.ts";
import { llamaCppStart } from "./llama-cpp.ts";
import { sglangStart } from "./sglang.ts";
import type { StartLaw } from "./start-law.ts";
import { tensorrtLlmStart } from "./tensorrt-llm.ts";
import { vllmStart } from "./vllm.ts";

const LAWS = {
  "of-free": () => tensorrtLlmStart,
  "of-total": ({ needsShareFree }) => vllmStart("own", needsShareFree),
  "of-total-less-others": ({ needsShareFree }) => vllmStart("all", needsShareFree),
  "of-free-before-load": () => sglangStart,
  "as-asked": () => llamaCppStart,
} as const satisfies Record<KvBase, (rules: EngineRules) => StartLaw>;

/** How this version of an engine sizes its KV cache when it starts. */
export function startLawOf(rules: EngineRules): StartLaw {
  return LAWS[rules.kvBase](rules);
}
