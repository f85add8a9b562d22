/** What the README of start scripts says of one engine, beside `EngineWords`. */
export interface ScriptWords {
  /** Without one, the engine's program is what the bundle serves with. */
  readonly title?: string;
  readonly intro: string;
  /** After the images: where it runs otherwise. */
  readonly elsewhere: string;
  readonly files: string;
}

const FIRST_FILES = `- \`start-all.sh\`: starts all servers of a host in order
- \`start/*.sh\`: starts one server, with its environment`;

const LAST_FILES = `- \`plan.json\`: the plan that these files were written from

The path of a model's files can be changed without editing: each start script reads a variable \`MODEL_PATH_…\`.`;

export const TRTLLM_WORDS: ScriptWords = {
  intro:
    "One `trtllm-serve` process a model, each pinned to its cards, started one after the other. The order matters: an engine's fraction is of what it finds free.",
  elsewhere: "wherever that TensorRT-LLM is installed",
  files: `${FIRST_FILES}
- \`config/*.yaml\`: everything else, as LlmArgs
${LAST_FILES}`,
};

export const MIXED_WORDS: ScriptWords = {
  title: "Serving with start scripts",
  intro:
    "One server a model, each with its own engine and pinned to its cards, started one after the other. The order matters over all engines: what one takes depends on what it finds free.",
  elsewhere: "wherever all of these engines are installed",
  files: `${FIRST_FILES}
- \`config/*.yaml\`: what TensorRT-LLM reads, as LlmArgs
${LAST_FILES}`,
};

export const VLLM_WORDS: ScriptWords = {
  intro:
    "One `vllm serve` process a model, each pinned to its cards, started one after the other. The order matters: an engine's share is of the card's total, it starts only where so much is free, and while it measures nobody else may take memory.",
  elsewhere: "wherever that vLLM is installed",
  files: `${FIRST_FILES} and every flag
${LAST_FILES}`,
};

export const SGLANG_WORDS: ScriptWords = {
  intro:
    "One SGLang server a model, each pinned to its cards, started one after the other. The order matters: an engine's share is of what it finds free before it loads.",
  elsewhere: "wherever that SGLang is installed",
  files: `${FIRST_FILES} and every flag
${LAST_FILES}`,
};

export const LLAMA_CPP_WORDS: ScriptWords = {
  intro:
    "One `llama-server` process a model, each pinned to its cards, started one after the other. Each takes what it is asked for, and fails where a card is short of it.",
  elsewhere: "wherever that llama.cpp is installed with CUDA",
  files: `${FIRST_FILES} and every flag
${LAST_FILES}`,
};
