import { mapText, present } from "./present.ts";
import { printedNumber } from "./printed-values.ts";
import { usedOfTotal } from "./table-gpu.ts";
import type { Row } from "./table-rows.ts";
import type { MigDevice } from "./types.ts";

/** A MIG device and the index of its card. */
export interface TableMigDevice {
  readonly gpu: number;
  readonly device: MigDevice;
}

/** Devices of the "MIG devices:" part: `0  2  0  0 | 11091MiB / 40448MiB | 60  0 | 3  0  3  0  3`. */
export function tableMigDevices(rows: readonly Row[]): readonly TableMigDevice[] {
  return rows.flatMap(({ cells }) => {
    const [numbers = "", memory = "", multiprocessors = ""] = cells;
    const match = /^(\d{1,4})\s+(\d{1,4})\s+(\d{1,4})\s+(\d{1,4})$/.exec(numbers);
    if (match === null) {
      return [];
    }
    const [gpu = 0, gpuInstanceId = 0, computeInstanceId = 0, index = 0] = match
      .slice(1)
      .map(Number);
    const count = multiprocessors.split(/\s+/)[0] || undefined;
    const device = {
      index,
      gpuInstanceId,
      computeInstanceId,
      ...usedOfTotal(memory),
      ...present({ multiprocessors: mapText(count, (text) => printedNumber(text)) }),
    };
    return [{ gpu, device }];
  });
}
