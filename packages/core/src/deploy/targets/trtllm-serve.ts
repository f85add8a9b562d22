import { trtllmServeLauncher } from "../servers/engines/trtllm-serve.ts";
import { TRTLLM_WORDS } from "./server-scripts/words.ts";
import { scriptTarget } from "./server-scripts.ts";
import type { Target } from "./target.ts";

/** One trtllm-serve a model, pinned to its cards. */
export const trtllmServe: Target<"trtllm-serve"> = scriptTarget({
  id: "trtllm-serve",
  description:
    "trtllm-serve, one process a model: a YAML and a start script each (engine tensorrt-llm)",
  launcher: trtllmServeLauncher,
  words: TRTLLM_WORDS,
});
