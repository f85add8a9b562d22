import type { Alias } from "@berth/core/routers";
import { FILES_TEXT } from "../../text/files-en.ts";

/** "gpt-4=chat, o1=chat" */
export function aliasText(aliases: readonly Alias[]): string {
  return aliases.map(({ name, model }) => `${name}=${model}`).join(", ");
}

/** The aliases of a text without a problem. The last "=" parts them: a model's name may hold none. */
export function aliasesIn(text: string): readonly Alias[] {
  return parts(text).map((part) => {
    const at = part.lastIndexOf("=");
    return { name: part.slice(0, at).trim(), model: part.slice(at + 1).trim() };
  });
}

export function aliasProblem(text: string): string | undefined {
  const wrong = parts(text).find((part) => !/^.*\S.*=\s*\S/.test(part));
  return wrong === undefined ? undefined : FILES_TEXT.wrong.alias(wrong);
}

function parts(text: string): readonly string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
}
