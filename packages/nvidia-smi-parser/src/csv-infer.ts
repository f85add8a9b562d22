/**
 * What a column's values look like. A column that looks like nothing here, or like a thing that there is already, stays
 * unknown and is not read.
 */
const SHAPES: readonly { readonly column: string; readonly pattern: RegExp }[] = [
  { column: "uuid", pattern: /^GPU-[0-9a-f]{8}-[0-9a-f-]{20,40}$/i },
  { column: "pci.bus_id", pattern: /^[0-9A-F]{4,8}:[0-9A-F]{2}:[0-9A-F]{2}\.[0-9A-F]$/i },
  { column: "driver_version", pattern: /^\d{3}\.(?:\d{2,3}\.\d{2}|\d{3})$/ },
  { column: "compute_cap", pattern: /^\d{1,2}\.\d$/ },
  {
    column: "name",
    pattern:
      /^(?:NVIDIA|GeForce|Quadro|Tesla|TITAN|GRID|Graphics Device|[ABHLTV]\d{1,3}\b).{0,100}$/,
  },
];

const MIB = /^\d{1,9} MiB$/;

const BARE = /^\d{1,9}$/;

/** Order in which people ask for memory. */
const MEMORY = ["memory.total", "memory.used", "memory.free", "memory.reserved"] as const;

/** Rounding of four numbers to whole MiB: how far used + free + reserved may stand from total. */
const MEMORY_ROUNDING_MIB = 2;

/** Least total of a card that is told from a number without a unit; percentages and watts are below it. */
const LEAST_TOTAL_MIB = 1024;

/**
 * Column names of CSV without a header, "" for what can't be told. Undefined where the rows hold neither a card's name
 * nor its UUID. Memory is told where sizes have units (total before used, which is the smaller), or where bare numbers
 * satisfy total = used + free + reserved, or, for the total alone, where a large number follows the name.
 */
export function inferColumns(rows: readonly (readonly string[])[]): readonly string[] | undefined {
  const width = rows[0]?.length ?? 0;
  const values = Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? ""));
  const apps = inferApps(values);
  if (apps !== undefined) {
    return apps;
  }
  const columns = values.map(
    (column) =>
      SHAPES.find(({ pattern }) => column.every((text) => pattern.test(text)))?.column ?? "",
  );
  if (!columns.includes("name") && !columns.includes("uuid")) {
    return undefined;
  }
  if (isCounting(values[0] ?? [])) {
    columns[0] = "index";
  }
  for (const [at, name] of memoryColumns(values, columns.indexOf("name") + 1)) {
    columns[at] = name;
  }
  return columns.map((name, at) => (columns.indexOf(name) === at ? name : ""));
}

/** `GPU-…, 438, python3, 3590 MiB`: a program's name where --query-gpu has a card's. */
function inferApps(values: readonly (readonly string[])[]): readonly string[] | undefined {
  const [uuid = [], pid = [], name = [], memory = []] = values;
  const isApps =
    values.length === 4 &&
    uuid.every((text) => /^GPU-[0-9a-f-]{8,60}$/i.test(text)) &&
    pid.every((text) => /^\d{1,10}$/.test(text)) &&
    name.every((text) => !(SHAPES.at(-1)?.pattern.test(text) ?? false)) &&
    memory.every((text) => MIB.test(text) || /^\[[^\]]{1,40}\]$/.test(text));
  return isApps ? ["gpu_uuid", "pid", "process_name", "used_gpu_memory"] : undefined;
}

function isCounting(column: readonly string[]): boolean {
  const numbers = column.map((text) => (/^\d{1,3}$/.test(text) ? Number(text) : Number.NaN));
  return numbers.every((number, at) => number > (numbers[at - 1] ?? -1));
}

function memoryColumns(
  values: readonly (readonly string[])[],
  afterName: number,
): readonly (readonly [number, string])[] {
  const sized = values.flatMap((column, at) =>
    column.every((text) => MIB.test(text)) ? [at] : [],
  );
  if (sized.length > 1) {
    const [total = 0, ...others] = sized;
    const isLargest = others.every((at) => isAtLeast(values[total] ?? [], values[at] ?? []));
    return isLargest && sized.length <= MEMORY.length
      ? sized.map((at, nth) => [at, MEMORY[nth] ?? ""])
      : [];
  }
  const start = values.findIndex((_, at) => addsUp(values.slice(at, at + MEMORY.length)));
  if (start >= 0) {
    return MEMORY.map((name, nth) => [start + nth, name]);
  }
  return afterName > 0 && (values[afterName] ?? [""]).every(isTotal)
    ? [[afterName, MEMORY[0]]]
    : [];
}

function isTotal(text: string): boolean {
  return (MIB.test(text) || BARE.test(text)) && Number.parseInt(text, 10) >= LEAST_TOTAL_MIB;
}

function isAtLeast(larger: readonly string[], smaller: readonly string[]): boolean {
  return larger.every(
    (text, row) => Number.parseInt(text, 10) >= Number.parseInt(smaller[row] ?? "", 10),
  );
}

function addsUp(four: readonly (readonly string[])[]): boolean {
  const isBare = four.length === MEMORY.length && four.flat().every((text) => BARE.test(text));
  return (
    isBare &&
    (four[0] ?? []).every((total, row) => {
      const parts = four.slice(1).reduce((sum, column) => sum + Number(column[row]), 0);
      return Number(total) > 0 && Math.abs(parts - Number(total)) <= MEMORY_ROUNDING_MIB;
    })
  );
}
