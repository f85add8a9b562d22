/** What only the packaging of a server knows; it puts its own text there. */
export type Place =
  /** The model's files: a folder, a file or a Hub id. */
  | { readonly place: "model" }
  /** The address that the server listens on. */
  | { readonly place: "address" }
  /** One of the server's own files, by its path in `EngineServer.files`. */
  | { readonly place: "file"; readonly path: string }
  /** Name or address of the first of its hosts, and what follows it in the same word. */
  | { readonly place: "leader"; readonly suffix: string };

/** An option that stands in one word with its value, so that no value is read as an option. */
export interface Joined {
  readonly option: string;
  readonly value: string | Place;
}

/** One word of a command: as it is, left to the packaging, or joined of the two. */
export type Word = string | Place | Joined;

/** A command: the program first, then a line an option with its value. */
export type Command = readonly (readonly Word[])[];

/** How a packaging writes its words: what is known is a text, what is not a place. */
export interface WordWriter {
  readonly text: (text: string) => string;
  readonly place: (place: Place) => string;
}

/** The lines of a command, each with its words as the packaging writes them. */
export function commandLines(command: Command, writer: WordWriter): readonly (readonly string[])[] {
  return command.map((line) => line.map((word) => written(word, writer)));
}

/** The command as one list of arguments, for formats that take one; places become texts. */
export function argumentsOf(command: Command, place: (place: Place) => string): readonly string[] {
  return commandLines(command, { text: (text) => text, place }).flat();
}

function written(word: Word, { text, place }: WordWriter): string {
  if (typeof word === "string") {
    return text(word);
  }
  if ("place" in word) {
    return place(word);
  }
  const { option, value } = word;
  return `${option}=${typeof value === "string" ? text(value) : place(value)}`;
}
