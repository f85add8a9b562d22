import { StringDecoder } from "node:string_decoder";

/** Longest line kept, in characters; the rest of a longer one is dropped. A batch line has some hundreds. */
const MAX_LINE_CHARACTERS = 1_000_000;

/** A line without its end; `isCut` when it was too long. */
export interface Line {
  readonly text: string;
  readonly number: number;
  readonly isCut: boolean;
}

/** The lines of a stream, those together that arrived together, in memory of one chunk and one line. */
export async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<readonly Line[]> {
  let decoder: StringDecoder | undefined;
  let number = 0;
  let rest = "";
  let isCut = false;
  const line = (text: string): Line => {
    number += 1;
    const whole = { text: (rest + text).replace(ENDS, ""), number, isCut };
    rest = "";
    isCut = false;
    return whole;
  };
  for await (const chunk of stream) {
    decoder ??= decoderOf(chunk);
    const parts = decoder.write(chunk).split("\n");
    const unfinished = parts.pop() ?? "";
    yield parts.map(line);
    rest += unfinished;
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = rest.slice(0, MAX_LINE_CHARACTERS);
      isCut = true;
    }
  }
  if (rest !== "") {
    yield [line("")];
  }
}

/** The mark at a text's beginning, and what Windows has before a line's end. */
const ENDS = /^\uFEFF|\r$/g;

/** UTF-8, or the UTF-16 that PowerShell's `>` writes. */
function decoderOf([first, second]: Buffer): StringDecoder {
  return new StringDecoder(first === 0xff && second === 0xfe ? "utf16le" : "utf8");
}
