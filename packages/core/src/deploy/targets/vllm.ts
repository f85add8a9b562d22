import { vllmLauncher } from "../servers/engines/vllm.ts";
import { VLLM_WORDS } from "./server-scripts/words.ts";
import { scriptTarget } from "./server-scripts.ts";
import type { Target } from "./target.ts";

/** One vllm serve a model, pinned to its cards. */
export const vllm: Target<"vllm"> = scriptTarget({
  id: "vllm",
  description: "vllm serve, one process a model: a start script each (engine vllm)",
  launcher: vllmLauncher,
  words: VLLM_WORDS,
});
