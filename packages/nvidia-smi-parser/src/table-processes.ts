import { mapText, present } from "./present.ts";
import { isUnavailable, printedNumber, printedText } from "./printed-values.ts";
import type { Row } from "./table-rows.ts";
import type { GpuProcess } from "./types.ts";

/** A row of the process part: a process, or words in place of all of a card's processes. */
export type TableProcess =
  | { readonly gpu: number; readonly process: GpuProcess }
  | { readonly gpu: number; readonly unavailable: string };

const INSTANCE = "(\\d{1,4}|N/A)";
const PROCESS = new RegExp(
  `^(\\d{1,4})\\s+(?:${INSTANCE}\\s+${INSTANCE}\\s+)?(\\d{1,10})\\s+([CGM](?:\\+[CGM]){0,2}|N/A)\\s(.*)$`,
);
const WORDS = /^(\d{1,4})\s+(\D.*)$/;

/** Rows under "Processes:", with or without the columns GI and CI. */
export function tableProcesses(rows: readonly Row[]): readonly TableProcess[] {
  return rows.flatMap(({ text }) => processRow(text) ?? wordsRow(text) ?? []);
}

function processRow(text: string): TableProcess | undefined {
  const match = PROCESS.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, gpu, gpuInstance, computeInstance, pid, type = "", rest = ""] = match;
  const end = rest.lastIndexOf(" ");
  const name = rest.slice(0, Math.max(end, 0)).trim();
  const process = {
    pid: Number(pid),
    type: printedText(type),
    name: printedText(name),
    usedMiB: printedNumber(rest.slice(end + 1), "MiB"),
    ...present({
      gpuInstanceId: mapText(gpuInstance, (id) => printedNumber(id)),
      computeInstanceId: mapText(computeInstance, (id) => printedNumber(id)),
    }),
  };
  return { gpu: Number(gpu), process };
}

/** `0    Not Supported`: the card does not tell its processes. */
function wordsRow(text: string): TableProcess | undefined {
  const match = WORDS.exec(text);
  const words = match?.[2] ?? "";
  return match !== null && isUnavailable(words)
    ? { gpu: Number(match[1]), unavailable: words }
    : undefined;
}
