/** Columns by which a header is recognised: what people ask for, in both spellings. */
const TELLING: ReadonlySet<string> = new Set([
  "index",
  "name",
  "gpu_name",
  "uuid",
  "gpu_uuid",
  "gpu_bus_id",
  "serial",
  "count",
  "pid",
  "process_name",
  "used_memory",
  "used_gpu_memory",
  "driver_version",
  "compute_cap",
  "pstate",
]);

const COLUMN =
  /^([A-Za-z][A-Za-z0-9_]{0,60}(?:\.[A-Za-z0-9_]{1,60}){0,8})(?: \[([A-Za-z/%]{1,8})\])?$/;

/** Fields of one line of CSV. nvidia-smi quotes nothing. */
export function csvFields(text: string): readonly string[] {
  return text.split(",").map((field) => field.trim());
}

/** Column names without their units, or undefined where the line is no header. */
export function csvHeader(text: string): readonly string[] | undefined {
  const names = csvFields(text).map((field) => COLUMN.exec(field)?.[1]);
  const isHeader =
    names.every((name) => name !== undefined) &&
    names.some((name) => TELLING.has(name) || (name.includes(".") && isGrouped(name)));
  return isHeader ? names : undefined;
}

function isGrouped(name: string): boolean {
  return /^(?:memory|pci|utilization|temperature|power|clocks|fan|ecc|mig|pcie)\./.test(name);
}
