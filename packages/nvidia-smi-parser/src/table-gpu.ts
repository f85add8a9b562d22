import { mapText, present } from "./present.ts";
import type { Printed } from "./printed.ts";
import { isUnavailable, printedNumber, printedText } from "./printed-values.ts";
import type { Row } from "./table-rows.ts";
import type { Gpu } from "./types.ts";

const BUS_ID = /^[0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F]$/i;
const PERSISTENCE = /^(?:On|Off|N\/A|ERR!)$/i;
const DRIVER_MODEL = /^(?:WDDM|TCC|MCDM)$/i;

/** A card in the table, and whether the row with its memory was there. */
export interface TableGpu {
  readonly gpu: Gpu;
  readonly hasMemoryRow: boolean;
}

/** The cards of the first part of a plain table. Each has two rows before driver 450, three since. */
export function tableGpus(rows: readonly Row[]): readonly TableGpu[] {
  const groups: { first: Gpu; rest: Row[] }[] = [];
  for (const row of rows) {
    const first = firstRow(row);
    if (first !== undefined) {
      groups.push({ first, rest: [] });
    } else {
      groups.at(-1)?.rest.push(row);
    }
  }
  return groups.map(({ first, rest }) => {
    const second = rest.find((row) => row.cells[0] !== "" && row.cells.length === 3);
    const third = rest.find((row) => row.cells.length === 3 && row.cells[0] === "");
    const gpu = {
      ...first,
      ...(second === undefined ? {} : secondRow(second)),
      ...present({ migMode: mapText(third?.cells[2] || undefined, printedText) }),
    };
    return { gpu, hasMemoryRow: second !== undefined };
  });
}

/** `0  NVIDIA H100 80GB HBM3  On | 00000000:00:06.0 Off | 0`, or undefined where the row is another one. */
function firstRow({ cells }: Row): Gpu | undefined {
  const [card = "", place = "", ecc] = cells;
  const match = /^(\d{1,4})\s+(\S.*)$/.exec(card);
  const [busId = "", ...display] = place.split(/\s+/);
  if (match === null || !(BUS_ID.test(busId) || isUnavailable(busId)) || cells.length < 2) {
    return undefined;
  }
  const { name, ...mode } = nameAndMode(match[2] ?? "");
  return {
    index: Number(match[1]),
    name: printedText(name),
    ...mode,
    busId: printedText(busId),
    ...present({
      displayActive: mapText(display.join(" ") || undefined, printedText),
      eccUncorrectedVolatile: mapText(ecc || undefined, (text) => printedNumber(text)),
    }),
  };
}

/** The last word is the persistence mode (Linux) or the driver model (Windows); the rest is the name. */
function nameAndMode(text: string): Pick<Gpu, "persistence" | "driverModel"> & { name: string } {
  const space = text.lastIndexOf(" ");
  const last = text.slice(space + 1);
  const name = text.slice(0, Math.max(space, 0)).trimEnd();
  if (name !== "" && DRIVER_MODEL.test(last)) {
    return { name, driverModel: printedText(last) };
  }
  return name !== "" && PERSISTENCE.test(last)
    ? { name, persistence: printedText(last) }
    : { name: text };
}

/** `N/A 40C P0 124W / 700W | 3599MiB / 81559MiB | 0% Default`. */
function secondRow({ cells }: Row): Gpu {
  const [state = "", memory = "", use = ""] = cells;
  const [readings = "", limit] = splitPair(state);
  const [fan, temperature, performance, ...draw] = readings.split(/\s+/);
  const [utilization, ...computeMode] = use.split(/\s+/);
  return present({
    fanPercent: mapText(fan, (text) => printedNumber(text, "percent")),
    temperatureC: mapText(temperature, (text) => printedNumber(text, "C")),
    performanceState: mapText(performance, printedText),
    powerDrawW: mapText(draw.join(" ") || undefined, (text) => printedNumber(text, "W")),
    powerLimitW: mapText(limit, (text) => printedNumber(text, "W")),
    ...usedOfTotal(memory),
    utilizationPercent: mapText(utilization || undefined, (text) => printedNumber(text, "percent")),
    computeMode: mapText(computeMode.join(" ") || undefined, printedText),
  });
}

/** `3599MiB / 81559MiB`, or one word for both ("N/A", "Not Supported"); an empty cell gives nothing. */
export function usedOfTotal(cell: string): {
  readonly memoryUsedMiB?: Printed<number>;
  readonly memoryTotalMiB?: Printed<number>;
} {
  if (cell === "") {
    return {};
  }
  const [used, total = used] = splitPair(cell);
  return {
    memoryUsedMiB: printedNumber(used, "MiB"),
    memoryTotalMiB: printedNumber(total, "MiB"),
  };
}

function splitPair(text: string): readonly [string, string?] {
  const slash = text.indexOf(" / ");
  return slash < 0 ? [text.trim()] : [text.slice(0, slash).trim(), text.slice(slash + 3).trim()];
}
