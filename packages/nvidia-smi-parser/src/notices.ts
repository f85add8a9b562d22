import type { Line } from "./lines.ts";
import { present } from "./present.ts";
import { printedValue, unavailableReason } from "./printed.ts";
import { isLost } from "./printed-values.ts";
import type { Gpu, Warning } from "./types.ts";

const LOST_CARD = /unable to determine the device handle for gpu ?(\d{1,4})?:? ?([0-9a-f:.]+)?/i;
const LOST_WORDS = /gpu is lost/i;
const NOTICE = /^(?:warning:|failed to properly shut down nvml)/i;
const BUS_ID = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/i;
const ELIDED = /^(?:\.{3,}|…+|\[?(?:snip|\.\.\.)\]?)$/i;

/** Remarks that nvidia-smi prints beside its output, and rows that a poster left out. */
export function warningsIn(lines: readonly Line[]): readonly Warning[] {
  return lines.flatMap(({ text, number }) => warningOf(text.trim(), number) ?? []);
}

/** A warning for each card whose own fields say that it does not answer. */
export function lostCards(gpus: readonly Gpu[]): readonly Warning[] {
  return gpus.flatMap((gpu) => {
    const reason = [gpu.name, gpu.uuid, gpu.memoryTotalMiB, gpu.memoryUsedMiB]
      .map(unavailableReason)
      .find((words) => words !== undefined && (isLost(words) || words === "ERR!"));
    if (reason === undefined) {
      return [];
    }
    const place = present({ gpuIndex: gpu.index, busId: printedValue(gpu.busId) });
    return [{ code: "gpu-lost" as const, text: `the card prints ${reason}`, ...place }];
  });
}

function warningOf(text: string, line: number): Warning | undefined {
  const isTable = text.startsWith("|");
  const lost = LOST_CARD.exec(text);
  if (lost !== null || (LOST_WORDS.test(text) && !isTable && !text.includes(" : "))) {
    const gpuIndex = lost?.[1] === undefined ? undefined : Number(lost[1]);
    const busId = BUS_ID.exec(text)?.[0];
    return { code: "gpu-lost", text, line, ...present({ gpuIndex, busId }) };
  }
  if (ELIDED.test(text.replace(/[|\s]/g, ""))) {
    return { code: "cut", text: "rows are left out here", line };
  }
  return NOTICE.test(text) ? { code: "notice", text, line } : undefined;
}
