import { open } from "node:fs/promises";

/** As much as a stage's line can be long. */
const TAIL_BYTES = 4096;
/** Longer lines are cut. */
const MOST_CHARACTERS = 120;

/** The last line of a log that has text, without control characters; "" where there is none yet. */
export async function lastLine(log: string): Promise<string> {
  const file = await open(log, "r").catch(() => undefined);
  if (file === undefined) {
    return "";
  }
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(TAIL_BYTES),
      position: Math.max(0, size - TAIL_BYTES),
    });
    const lines = buffer.toString("utf8", 0, bytesRead).split(/[\r\n]+/);
    const last = lines.findLast((line) => plainText(line, MOST_CHARACTERS) !== "") ?? "";
    return plainText(last, MOST_CHARACTERS);
  } finally {
    await file.close();
  }
}

/** A line without colours and control characters, cut to a length. */
export function plainText(line: string, most: number): string {
  return line
    .replace(COLOUR, "")
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .trim()
    .slice(0, most);
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
