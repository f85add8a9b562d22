import { parseBytes } from "@berth/core";
import { TEXT } from "../text/en.ts";

/** What is wrong with a size such as "1 GiB", in a sentence; an empty text is none. */
export function sizeProblem(text: string): string | undefined {
  return text.trim() === "" || parseBytes(text) !== undefined
    ? undefined
    : TEXT.settings.size(text.trim());
}
