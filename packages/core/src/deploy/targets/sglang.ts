import { sglangLauncher } from "../servers/engines/sglang.ts";
import { SGLANG_WORDS } from "./server-scripts/words.ts";
import { scriptTarget } from "./server-scripts.ts";
import type { Target } from "./target.ts";

/** One SGLang server a model, pinned to its cards. */
export const sglang: Target<"sglang"> = scriptTarget({
  id: "sglang",
  description: "SGLang, one server a model: a start script each (engine sglang)",
  launcher: sglangLauncher,
  words: SGLANG_WORDS,
});
