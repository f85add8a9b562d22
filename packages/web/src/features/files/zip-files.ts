import type { Artifact } from "@berth/core/deploy";
import { strToU8, type Zippable, zipSync } from "fflate";

/** The first moment that a zip can name: the same files give the same bytes. */
const MOMENT = new Date(1980, 0, 1);
/** Unix, whose permissions stand in the upper half of a file's attributes. */
const UNIX = 3;
const PERMISSIONS_AT = 16;
const REGULAR_FILE = 0o100_000;
const MODE = { script: 0o755, text: 0o644 };

/** Files as a zip; scripts stay executable. */
export function zipOf(files: readonly Artifact[]): Uint8Array<ArrayBuffer> {
  const entries: Zippable = Object.fromEntries(
    files.map(({ path, text, isExecutable }) => {
      const mode = REGULAR_FILE | (isExecutable ? MODE.script : MODE.text);
      // unsigned: the highest bit is in use
      return [path, [strToU8(text), { os: UNIX, attrs: (mode << PERMISSIONS_AT) >>> 0 }]];
    }),
  );
  return zipSync(entries, { level: 9, mtime: MOMENT });
}
