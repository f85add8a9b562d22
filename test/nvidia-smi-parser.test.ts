/**
 * Every output in ../shared/truth: our own captures, and what people posted with the values that a reader should find
 * (typed by eye into index.jsonl). Skipped where that folder is not there. Below them, our captures cut at any point.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import type {
  AppProcess,
  AppsReport,
  Gpu,
  GpuProcess,
  GpuReport,
  Host,
  MigDevice,
  NvidiaSmiOutput,
  P2pReport,
  Printed,
  TopologyReport,
} from "nvidia-smi-parser";
import {
  NvidiaSmiParseError,
  parseNvidiaSmi,
  parseNvidiaSmiOutputs,
  printedValue,
  unavailableReason,
} from "nvidia-smi-parser";
import { describe, expect, test } from "vitest";

const TRUTH = fileURLToPath(new URL("../../shared/truth/", import.meta.url));
const POSTED = `${TRUTH}nvidia-smi-posted/`;
const OURS = `${TRUTH}nvidia-smi/`;

type Expected = Readonly<Record<string, unknown>>;

interface IndexRow {
  readonly file: string;
  readonly kind: "table" | "topo" | "p2p" | "csv" | "list" | "query" | "xml";
  readonly gpus: number;
  readonly expected: readonly Expected[];
  readonly processes: readonly Expected[];
  readonly mig_devices?: readonly Expected[];
  readonly links?: readonly (readonly [number, number, string])[];
  readonly nic_rows?: Readonly<Record<string, readonly string[]>>;
  readonly driver?: string | null;
  readonly cuda?: string | null;
  readonly crop?: string;
  readonly source: string;
}

/** The value, or null for what stands as unavailable; a field that was not printed at all stays undefined. */
function valueOrNull<T>(printed: Printed<T> | undefined): T | null | undefined {
  return printed === undefined ? undefined : (printedValue(printed) ?? null);
}

/** What a display field says: its value, or the words in its place ("N/A"). */
function said(printed: Printed<unknown> | undefined): unknown {
  return printedValue(printed) ?? unavailableReason(printed);
}

const GPU_KEYS: Readonly<Record<string, (gpu: Gpu, host: Host) => unknown>> = {
  index: (gpu) => gpu.index,
  name: (gpu) => said(gpu.name),
  memory_total_mib: (gpu) => valueOrNull(gpu.memoryTotalMiB),
  memory_used_mib: (gpu) => valueOrNull(gpu.memoryUsedMiB),
  bus_id: (gpu) => said(gpu.busId),
  display: (gpu) => said(gpu.displayActive),
  driver: (_, host) => said(host.driverVersion) ?? null,
  cuda: (_, host) => said(host.cudaVersion) ?? null,
  driver_model: (gpu) => said(gpu.driverModel),
  mig: (gpu) => said(gpu.migMode) ?? gpu.migDevices?.map((device) => device.profile),
  uuid: (gpu) => said(gpu.uuid),
  minor_number: (gpu) => valueOrNull(gpu.minorNumber),
  compute_cap: (gpu) => said(gpu.computeCapability),
  health: (gpu) => said(gpu.eccUncorrectedVolatile),
};

const PROCESS_KEYS: Readonly<Record<string, (process: AppProcess) => unknown>> = {
  pid: (process) => process.pid,
  mib: (process) => valueOrNull(process.usedMiB),
  type: (process) => said(process.type),
  gi: (process) => valueOrNull(process.gpuInstanceId),
  ci: (process) => valueOrNull(process.computeInstanceId),
  bus_id: (process) => said(process.gpuBusId),
};

const MIG_KEYS: Readonly<Record<string, (device: MigDevice) => unknown>> = {
  gi: (device) => device.gpuInstanceId,
  ci: (device) => device.computeInstanceId,
  dev: (device) => device.index,
  total_mib: (device) => valueOrNull(device.memoryTotalMiB),
  used_mib: (device) => valueOrNull(device.memoryUsedMiB),
};

/** What was found, under the keys that are expected; a key that we can't read is an error of this test. */
function pick<A extends readonly unknown[]>(
  expected: Expected,
  readers: Readonly<Record<string, (...found: A) => unknown>>,
  ...found: A
): Expected {
  return Object.fromEntries(
    Object.keys(expected).map((key) => {
      const reader = readers[key];
      if (reader === undefined) {
        throw new Error(`index.jsonl expects "${key}", which this test can't compare`);
      }
      return [key, reader(...found)];
    }),
  );
}

function processesOf(gpu: Gpu): readonly GpuProcess[] {
  return printedValue(gpu.processes) ?? [];
}

function compareGpus(row: IndexRow, report: GpuReport): void {
  expect(report.gpus.length).toBe(row.gpus);
  expect(row.expected.length).toBe(row.gpus);
  // --query-gpu prints an index only where it is asked for: the position then.
  const gpus = report.gpus.map((gpu, at) => ({ index: at, ...gpu }));
  expect(
    gpus.map((gpu, at) => pick(row.expected[at] ?? {}, GPU_KEYS, gpu, report.host)),
  ).toStrictEqual(row.expected);

  const processes = gpus.flatMap((gpu) => processesOf(gpu).map((process) => ({ gpu, process })));
  expect(
    processes.map(({ gpu, process }, at) => {
      const { gpu: _, ...keys } = row.processes[at] ?? { gpu: 0, pid: 0 };
      return { gpu: gpu.index, ...pick(keys, PROCESS_KEYS, process) };
    }),
  ).toStrictEqual(row.processes);

  if (row.mig_devices !== undefined) {
    const devices = gpus.flatMap((gpu) =>
      (gpu.migDevices ?? []).map((device) => ({ gpu, device })),
    );
    expect(
      devices.map(({ gpu, device }, at) => {
        const { gpu: _, ...keys } = row.mig_devices?.[at] ?? { gpu: 0, dev: 0 };
        return { gpu: gpu.index, ...pick(keys, MIG_KEYS, device) };
      }),
    ).toStrictEqual(row.mig_devices);
  }
  if (row.driver !== undefined) {
    expect(said(report.host.driverVersion) ?? null).toBe(row.driver);
  }
  if (row.cuda !== undefined) {
    expect(said(report.host.cudaVersion) ?? null).toBe(row.cuda);
  }
}

function compareApps(row: IndexRow, report: AppsReport): void {
  expect(row.processes.length).toBeGreaterThan(0);
  expect(
    report.processes.map((process, at) => {
      const { gpu, ...keys } = row.processes[at] ?? { gpu: null, pid: 0 };
      return { gpu, ...pick(keys, PROCESS_KEYS, process) };
    }),
  ).toStrictEqual(row.processes);
  const cards = new Map(report.processes.map((found) => [said(found.gpuBusId), found]));
  expect(
    [...cards].map(([busId, found]) => ({ name: said(found.gpuName), bus_id: busId })),
  ).toStrictEqual(row.expected);
}

function compareMatrix(row: IndexRow, report: TopologyReport | P2pReport, text: string): void {
  expect(report.gpus.map((gpu) => gpu.index)).toStrictEqual(
    row.expected.map((gpu) => gpu["index"]),
  );
  expect(report.gpus.length).toBe(row.gpus);
  expect(report.links.map(({ a, b, kind }) => [a, b, kind])).toStrictEqual(row.links);
  for (const { name } of row.expected) {
    // The cards of the index were named from the words around the paste: the matrix itself prints no names.
    expect(typeof name === "string" && text.includes(name)).toBe(false);
  }
  if (row.nic_rows !== undefined && report.kind === "topology") {
    const nics = report.nics.map((nic) => [nic.name, nic.links.map((link) => link.kind)]);
    expect(Object.fromEntries(nics)).toStrictEqual(row.nic_rows);
  }
}

const KINDS: Readonly<Record<IndexRow["kind"], readonly NvidiaSmiOutput["kind"][]>> = {
  table: ["table"],
  topo: ["topology"],
  p2p: ["p2p"],
  csv: ["csv-gpus", "csv-apps"],
  list: ["list"],
  query: ["query"],
  xml: ["xml"],
};

function compare(row: IndexRow, text: string): void {
  const report = parseNvidiaSmi(text);
  expect(KINDS[row.kind]).toContain(report.kind);
  if (report.kind === "csv-apps") {
    compareApps(row, report);
  } else if (report.kind === "topology" || report.kind === "p2p") {
    compareMatrix(row, report, text);
  } else if ("host" in report) {
    compareGpus(row, report);
  } else {
    throw new Error(`no row of the index is of kind ${report.kind}`);
  }
}

const rows: readonly IndexRow[] = existsSync(`${POSTED}index.jsonl`)
  ? readFileSync(`${POSTED}index.jsonl`, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as IndexRow)
  : [];

describe.skipIf(!existsSync(POSTED))("what people posted", () => {
  test("the index names every file", () => {
    const files = readdirSync(POSTED).filter((name) => name.endsWith(".txt"));
    expect(files.length).toBeGreaterThan(50);
    expect(rows.map((row) => row.file).toSorted()).toStrictEqual(files.toSorted());
  });

  test.each(rows.filter((row) => row.gpus > 0))("$file holds what the index says", (row) => {
    compare(row, readFileSync(`${POSTED}${row.file}`, "utf8"));
  });

  test.each(rows.filter((row) => row.gpus === 0))("$file is nvidia-smi's own error", (row) => {
    const text = readFileSync(`${POSTED}${row.file}`, "utf8");
    expect(() => parseNvidiaSmi(text)).toThrowError(NvidiaSmiParseError);
    expect(() => parseNvidiaSmi(text)).toThrowError(/its error "ERROR: Option -m is missing/);
  });
});

/** The kind of each capture by the end of its name; nvlink -s prints nothing on a machine with one card. */
const CAPTURES: readonly [RegExp, NvidiaSmiOutput["kind"]][] = [
  [/query\.xml$/, "xml"],
  [/query\.txt$/, "query"],
  [/plain\.txt$/, "table"],
  [/gpu(?:-nounits)?\.csv$/, "csv-gpus"],
  [/apps\.csv$/, "csv-apps"],
  [/list\.txt$/, "list"],
  [/topo\.txt$/, "topology"],
  [/topo-p2p-.\.txt$/, "p2p"],
  [/nvlink\.txt$/, "nvlink"],
  [/mig-profiles\.txt$/, "mig-profiles"],
];

const MACHINES = [
  {
    machine: "h100-x1",
    gpus: 1,
    name: "NVIDIA H100 80GB HBM3",
    totalMiB: 81_559,
    reservedMiB: 480,
  },
  { machine: "h200-x4", gpus: 4, name: "NVIDIA H200", totalMiB: 143_771, reservedMiB: 616 },
] as const;

describe.skipIf(!existsSync(OURS))("our own captures", () => {
  const files = existsSync(OURS)
    ? MACHINES.flatMap(({ machine, ...facts }) =>
        readdirSync(`${OURS}${machine}`).map((name) => ({ path: `${machine}/${name}`, ...facts })),
      )
    : [];

  test("both machines are there", () => {
    expect(files.length).toBeGreaterThan(30);
  });

  test.each(files)("$path parses", ({ path, gpus, name, totalMiB, reservedMiB }) => {
    const text = readFileSync(`${OURS}${path}`, "utf8");
    if (text === "") {
      expect(() => parseNvidiaSmi(text)).toThrowError(/empty/);
      return;
    }
    const report = parseNvidiaSmi(text);
    expect(report.kind).toBe(CAPTURES.find(([pattern]) => pattern.test(path))?.[1]);
    expect(report.warnings.filter((warning) => warning.code !== "notice")).toStrictEqual([]);
    if (!("host" in report)) {
      expect(report).toMatchObject("gpus" in report ? { gpus: { length: gpus } } : {});
      return;
    }
    expect(report.gpus.map((gpu) => said(gpu.name))).toStrictEqual(Array(gpus).fill(name));
    expect(report.gpus.map((gpu) => gpu.index)).toStrictEqual([...Array(gpus).keys()]);
    if (report.kind !== "list") {
      expect(report.gpus.map((gpu) => said(gpu.memoryTotalMiB))).toStrictEqual(
        Array(gpus).fill(totalMiB),
      );
    }
    if (report.kind !== "list" && report.kind !== "table") {
      expect(report.gpus.map((gpu) => said(gpu.memoryReservedMiB))).toStrictEqual(
        Array(gpus).fill(reservedMiB),
      );
    }
  });

  test.each(MACHINES)("-q and -q -x of $machine say the same", ({ machine }) => {
    const read = (name: string) =>
      parseNvidiaSmi(readFileSync(`${OURS}${machine}/${name}`, "utf8")) as GpuReport;
    const steady = ({ temperatureC, powerDrawW, utilizationPercent, ...gpu }: Gpu) => gpu;
    for (const state of ["idle", "busy"]) {
      const xml = read(`${state}.query.xml`);
      const query = read(`${state}.query.txt`);
      expect(query.gpus.length).toBeGreaterThan(0);
      expect(query.gpus.map(steady)).toStrictEqual(xml.gpus.map(steady));
      expect(query.host.driverVersion).toStrictEqual(xml.host.driverVersion);
    }
  });
});

const FIXTURES = fileURLToPath(new URL("fixtures/nvidia-smi/", import.meta.url));
const fixtures = MACHINES.flatMap(({ machine }) =>
  readdirSync(`${FIXTURES}${machine}`).map((name) => ({ path: `${machine}/${name}` })),
);

/** The outputs of a text, or the error; anything else that is thrown fails the test. */
function outputsOf(text: string): readonly NvidiaSmiOutput[] | NvidiaSmiParseError {
  try {
    return parseNvidiaSmiOutputs(text);
  } catch (error) {
    if (error instanceof NvidiaSmiParseError) {
      return error;
    }
    throw error;
  }
}

/** Memory of each card by name of the field, of all outputs. */
function memoryOf(outputs: readonly NvidiaSmiOutput[]): readonly (readonly [string, number])[] {
  return outputs.flatMap((output) =>
    ("host" in output ? output.gpus : []).flatMap((gpu) =>
      (["memoryTotalMiB", "memoryUsedMiB", "memoryFreeMiB", "memoryReservedMiB"] as const).flatMap(
        (field) => {
          const value = printedValue(gpu[field]);
          return value === undefined ? [] : [[`${gpu.index} ${field}`, value] as const];
        },
      ),
    ),
  );
}

describe("our captures, cut at any point", () => {
  test("they are there", () => {
    expect(fixtures.length).toBeGreaterThan(15);
  });

  test.each(fixtures)("$path is read or refused, and what is read is not changed", ({ path }) => {
    const text = readFileSync(`${FIXTURES}${path}`, "utf8");
    const whole = new Map(memoryOf(parseNvidiaSmiOutputs(text)));
    const check = (length: number) => {
      const outputs = outputsOf(text.slice(0, length));
      if (outputs instanceof NvidiaSmiParseError) {
        expect(outputs.message).not.toMatch(/undefined|NaN|\[object/);
      } else if (!path.includes("nounits")) {
        const changed = memoryOf(outputs).filter(([field, value]) => whole.get(field) !== value);
        expect(changed).toStrictEqual([]);
      }
    };
    if (text.length < 3500) {
      for (let length = 0; length <= text.length; length += 1) {
        check(length);
      }
    } else {
      fc.assert(fc.property(fc.nat({ max: text.length }), check), { numRuns: 300 });
    }
  });

  test.each(fixtures.filter(({ path }) => path.endsWith(".xml")))(
    "$path is refused wherever it is cut",
    ({ path }) => {
      const text = readFileSync(`${FIXTURES}${path}`, "utf8").trimEnd();
      fc.assert(
        fc.property(fc.nat({ max: text.length - 1 }), (length) => {
          expect(outputsOf(text.slice(0, length))).toBeInstanceOf(NvidiaSmiParseError);
        }),
      );
    },
  );

  test.each(fixtures)("$path with random bytes in it is read or refused", ({ path }) => {
    const text = readFileSync(`${FIXTURES}${path}`, "utf8");
    const damage = fc.record({
      at: fc.nat({ max: text.length }),
      drop: fc.nat({ max: 40 }),
      put: fc.oneof(
        fc.string({ unit: "binary", maxLength: 12 }),
        fc.constantFrom("|", "\n", " : ", ",", "<", "GPU0"),
      ),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), (all) => {
        const damaged = all.reduce(
          (left, { at, drop, put }) => left.slice(0, at) + put + left.slice(at + drop),
          text,
        );
        outputsOf(damaged);
      }),
      { numRuns: text.length < 20_000 ? 200 : 60 },
    );
  });
});
