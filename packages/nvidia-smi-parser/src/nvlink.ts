import type { Line } from "./lines.ts";
import { listedGpu } from "./list.ts";
import { warningsIn } from "./notices.ts";
import type { Printed } from "./printed.ts";
import type { NvlinkGpu, NvlinkReport } from "./types.ts";

const LINK = /^Link (\d{1,3}): (.{1,60})$/;
const SPEED = /^(\d{1,6}(?:\.\d{1,6})?) GB\/s$/;

/** True for `Link 0: 26.562 GB/s`. */
export function isNvlinkLine(text: string): boolean {
  return LINK.test(text.trim());
}

/** nvlink -s. A card without links has an empty list. */
export function parseNvlink(lines: readonly Line[]): NvlinkReport {
  const gpus: (NvlinkGpu & { readonly links: { index: number; speedGBps: Printed<number> }[] })[] =
    [];
  for (const { text } of lines) {
    const listed = listedGpu(text);
    const link = LINK.exec(text.trim());
    if (listed !== undefined) {
      gpus.push({ ...listed, links: [] });
    } else if (link !== null) {
      const index = Number(link[1]);
      gpus.at(-1)?.links.push({ index, speedGBps: linkSpeed(link[2] ?? "") });
    }
  }
  return { kind: "nvlink", gpus, warnings: warningsIn(lines) };
}

function linkSpeed(text: string): Printed<number> {
  const match = SPEED.exec(text);
  return match === null ? { unavailable: text } : { value: Number(match[1]) };
}
