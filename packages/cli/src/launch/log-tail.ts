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
    return (lines.map(plain).findLast((line) => line !== "") ?? "").slice(0, MOST_CHARACTERS);
  } finally {
    await file.close();
  }
}

function plain(line: string): string {
  return line
    .replace(COLOUR, "")
    .replace(/[\p{Cc}\p{Cf}]+/gu, " ")
    .trim();
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");
