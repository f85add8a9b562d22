import { StringDecoder } from "node:string_decoder";

/** Longest line kept, in characters; the rest of a longer one is dropped. A batch line has some hundreds. */
const MAX_LINE_CHARACTERS = 1_000_000;

/** A line without its end; `isCut` when it was too long. */
export interface Line {
  readonly text: string;
  readonly number: number;
  readonly isCut: boolean;
}

/** The lines of a stream, one at a time, in memory of one line and one chunk. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const decoder = new StringDecoder("utf8");
  let number = 0;
  let rest = "";
  let isCut = false;
  const line = (text: string): Line => {
    number += 1;
    return { text: (rest + text).replace(/\r$/, ""), number, isCut };
  };
  for await (const chunk of stream) {
    const parts = decoder.write(chunk).split("\n");
    for (const part of parts.slice(0, -1)) {
      yield line(part);
      rest = "";
      isCut = false;
    }
    rest += parts.at(-1) ?? "";
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = rest.slice(0, MAX_LINE_CHARACTERS);
      isCut = true;
    }
  }
  if (rest !== "") {
    yield line("");
  }
}
