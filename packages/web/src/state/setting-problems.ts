import { parseBytes, parseTokens } from "@berth/core";
import { TEXT } from "../text/en.ts";

/** What is wrong with a size such as "1 GiB", in a sentence; an empty text is none. */
export function sizeProblem(text: string): string | undefined {
  return text.trim() === "" || parseBytes(text) !== undefined
    ? undefined
    : TEXT.settings.size(text.trim());
}

/** What is wrong with a number of tokens such as "32k", in a sentence. */
export function tokensProblem(text: string): string | undefined {
  return text.trim() === "" || parseTokens(text) !== undefined
    ? undefined
    : TEXT.settings.tokens(text.trim());
}
