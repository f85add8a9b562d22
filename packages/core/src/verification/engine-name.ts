import { slug } from "../deploy/names.ts";
import type { EngineName } from "./measurements.ts";

/** "chat", and "chat #2" for the second replica. */
export function nameOf({ model, replica }: EngineName): string {
  return replica === 0 ? model : `${model} #${replica + 1}`;
}

/** What files and launchers call it: "chat", "chat-2". */
export function fileName({ model, replica }: EngineName): string {
  return replica === 0 ? slug(model) : `${slug(model)}-${replica + 1}`;
}

export function isSame(a: EngineName, b: EngineName): boolean {
  return a.model === b.model && a.replica === b.replica;
}

/**
 * The engines whose name stands in a text as a word of its own ("/var/log/chat-2.log", "tensorrt_llm_chat"); where
 * several do, those with the longest name, since "chat" stands in "chat-2" too.
 */
export function namedIn<T extends EngineName>(text: string, engines: readonly T[]): readonly T[] {
  const found = engines
    .map((engine) => ({ engine, name: fileName(engine) }))
    .filter(({ name }) => standsIn(text, name));
  const longest = Math.max(0, ...found.map(({ name }) => name.length));
  return found.filter(({ name }) => name.length === longest).map(({ engine }) => engine);
}

function standsIn(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const isWord = [text[at - 1], text[at + name.length]].every(
      (neighbour) => neighbour === undefined || !/[A-Za-z0-9]/.test(neighbour),
    );
    if (isWord) {
      return true;
    }
  }
  return false;
}
