import type { Line } from "./lines.ts";
import { mapText, present } from "./present.ts";
import { printedText } from "./printed-values.ts";
import type { Row } from "./table-rows.ts";
import type { Host } from "./types.ts";

const VERSION = "\\s{0,40}(Not \\w{1,20}|Unknown Error|[^\\s|]{1,40})";
const SMI = new RegExp(`NVIDIA-SMI${VERSION}`);
const DRIVER = new RegExp(`(?:Driver|KMD) Version:${VERSION}`);
const CUDA = new RegExp(`CUDA (?:UMD )?Version:${VERSION}`);

/** The line above a table: `Sun Nov 22 11:16:01 2026`. */
const TIMESTAMP = /^[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} \d{4}$/;

/** True for the line with the time that stands above a plain table. */
export function isTimestamp(text: string): boolean {
  return TIMESTAMP.test(text.trim());
}

/** Versions from the table's head and the time above it. */
export function tableHost(lines: readonly Line[], rows: readonly Row[]): Host {
  const head = rows.find((row) => SMI.test(row.text))?.text ?? "";
  return present({
    timestamp: lines.find((line) => isTimestamp(line.text))?.text.trim(),
    smiVersion: mapText(SMI.exec(head)?.[1], printedText),
    driverVersion: mapText(DRIVER.exec(head)?.[1], printedText),
    cudaVersion: mapText(CUDA.exec(head)?.[1], printedText),
  });
}
