import { llamaCppLauncher } from "../servers/engines/llama-cpp.ts";
import { LLAMA_CPP_WORDS } from "./server-scripts/words.ts";
import { scriptTarget } from "./server-scripts.ts";
import type { Target } from "./target.ts";

/** One llama-server a model, pinned to its cards. */
export const llamaCpp: Target<"llama-cpp"> = scriptTarget({
  id: "llama-cpp",
  description: "llama-server, one process a model: a start script each (engine llama.cpp)",
  launcher: llamaCppLauncher,
  words: LLAMA_CPP_WORDS,
});
