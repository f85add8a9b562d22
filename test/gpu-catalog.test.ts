import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

// The GPU files of data/ as they are on disk, before any builder has seen them.

type Fact = readonly [value: number | string | boolean, kind: string, source: string];
type Row = Readonly<Record<string, unknown>> & { readonly id: string };

interface Alias {
  readonly printed: string;
  readonly memoryMiB?: number;
  readonly id: string;
}

interface PostedGpu {
  readonly name: string | null;
  readonly memory_total_mib: number | null;
}

const DATA = new URL("../data/", import.meta.url);
const POSTED = new URL(
  "../../shared/truth/nvidia-smi-posted/index.jsonl",
  new URL(".", import.meta.url),
);

const KINDS = new Set(["stated", "measured", "derived", "assumed"]);
const REQUIRED_FACTS = [
  "computeCapability",
  "memoryMiB",
  "cudaVisibleMiB",
  "bandwidthGBps",
  "denseFp16Tflops",
  "fp32Tflops",
  "peerToPeer",
  "boardPowerW",
  "mig",
];
const OPTIONAL_FACTS = [
  "denseBf16Tflops",
  "denseFp8Tflops",
  "denseInt8Tops",
  "denseFp4Tflops",
  "pcieGen",
  "pcieLanes",
];
const PLAIN_KEYS = ["id", "name", "architecture", "nvlink", "hostLink"];

/** How far a printed total may be from an alias's memoryMiB: see data/README.md. */
const ALIAS_TOLERANCE = 0.04;

/** Drivers before 510 printed the total without the reserve, so less than the row says. */
const PRINTED_WITHOUT_RESERVE = new Set([
  "110-xml-2x2080ti-410.txt",
  "54-a100-450-mig-on-no-devices.txt",
]);

function text(name: string): string {
  return readFileSync(new URL(name, DATA), "utf8");
}

function json<T>(name: string): T {
  return JSON.parse(text(name)) as T;
}

const rows = json<readonly Row[]>("gpus/nvidia.json");
const aliases = json<readonly Alias[]>("gpu-aliases.json");
const links = json<readonly Row[]>("links.json");
const sources = json<Readonly<Record<string, unknown>>>("sources.json");
const rowById = new Map(rows.map((row) => [row.id, row]));

function isFact(value: unknown): value is Fact {
  return Array.isArray(value) && value.length === 3 && typeof value[1] === "string";
}

/** Every fact below a value, with its path. */
function factsIn(value: unknown, path: string): (readonly [string, Fact])[] {
  if (isFact(value)) {
    return [[path, value]];
  }
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, inner]) => factsIn(inner, `${path}.${key}`));
}

function numberOf(row: Row, key: string): number | undefined {
  const fact = row[key];
  return isFact(fact) && typeof fact[0] === "number" ? fact[0] : undefined;
}

/** The row that a printed name and total stand for, after the rule in data/README.md. */
function resolve(printed: string, memoryMiB: number | null): Row | undefined {
  const near = (entry: Alias): boolean =>
    entry.memoryMiB === undefined ||
    (memoryMiB !== null &&
      Math.abs(memoryMiB - entry.memoryMiB) <= ALIAS_TOLERANCE * entry.memoryMiB);
  const entry = aliases.find((candidate) => candidate.printed === printed && near(candidate));
  return entry && rowById.get(entry.id);
}

describe("gpus/nvidia.json", () => {
  test("ids are unique and kebab-case", () => {
    expect(rowById.size).toBe(rows.length);
    expect(rows.filter(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  });

  test.each(rows)("$id has every required key and no unknown one", (row) => {
    expect(REQUIRED_FACTS.filter((key) => !isFact(row[key]))).toEqual([]);
    const known = new Set([...PLAIN_KEYS, ...REQUIRED_FACTS, ...OPTIONAL_FACTS]);
    expect(Object.keys(row).filter((key) => !known.has(key))).toEqual([]);
    expect("pcieGen" in row && "pcieLanes" in row).toBe(!("hostLink" in row));
  });

  test.each(rows)("$id: every number is finite and above zero", (row) => {
    const bad = factsIn(row, row.id).filter(
      ([, [value]]) => typeof value === "number" && !(Number.isFinite(value) && value > 0),
    );
    expect(bad).toEqual([]);
  });

  test.each(rows)("$id: CUDA sees less than is printed, and more than 94 % of it", (row) => {
    const printed = numberOf(row, "memoryMiB") ?? 0;
    const visible = numberOf(row, "cudaVisibleMiB") ?? 0;
    expect(visible).toBeLessThan(printed);
    expect(visible).toBeGreaterThan(0.94 * printed);
  });

  test.each(rows)("$id: fewer bits are never slower, and tensor cores beat FP32", (row) => {
    const ladder = ["fp32Tflops", "denseFp16Tflops", "denseFp8Tflops", "denseFp4Tflops"]
      .map((key) => numberOf(row, key))
      .filter((value) => value !== undefined);
    expect(ladder).toEqual([...ladder].sort((a, b) => a - b));
    expect(numberOf(row, "denseBf16Tflops") ?? 0).toBeLessThanOrEqual(
      numberOf(row, "denseFp8Tflops") ?? Number.POSITIVE_INFINITY,
    );
  });

  // First compute capability with BF16, FP8 and FP4 tensor cores: Ampere, Ada and Hopper, Blackwell.
  test.each([
    { key: "denseBf16Tflops", from: 8.0 },
    { key: "denseFp8Tflops", from: 8.9 },
    { key: "denseFp4Tflops", from: 10.0 },
  ])("$key stands exactly from compute capability $from on", ({ key, from }) => {
    const wrong = rows.filter((row) => {
      const capability = isFact(row["computeCapability"]) ? Number(row["computeCapability"][0]) : 0;
      return capability >= from !== key in row;
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("peer-to-peer and NVLink agree", () => {
    const wrong = rows.filter((row) => {
      const peer = isFact(row["peerToPeer"]) ? row["peerToPeer"][0] : undefined;
      return (
        !["none", "nvlink-only", "pcie"].includes(String(peer)) ||
        (peer === "nvlink-only" && !("nvlink" in row)) ||
        (peer === "none" && "nvlink" in row)
      );
    });
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

describe("provenance", () => {
  const facts = [...rows, ...links].flatMap((row) => factsIn(row, row.id));

  test("every kind is one of the four", () => {
    expect(facts.filter(([, [, kind]]) => !KINDS.has(kind))).toEqual([]);
  });

  test("every source is in sources.json", () => {
    expect(facts.filter(([, [, , source]]) => !(source in sources))).toEqual([]);
  });

  test("what is assumed says so in its source, and nothing else does", () => {
    const wrong = facts.filter(
      ([, [, kind, source]]) => (kind === "assumed") !== (source === "berth-judgement"),
    );
    expect(wrong).toEqual([]);
  });
});

describe("files", () => {
  test.each([
    { name: "gpus/nvidia.json", count: rows.length },
    { name: "gpu-aliases.json", count: aliases.length },
    { name: "links.json", count: links.length },
    { name: "sources.json", count: Object.keys(sources).length },
  ])("$name has one row a line", ({ name, count }) => {
    const lines = text(name).trimEnd().split("\n");
    expect(lines).toHaveLength(count + 2);
    const inner = lines.slice(1, -1).map((line) => line.replace(/,$/, ""));
    const parse = (line: string) =>
      JSON.parse(line.trimStart().startsWith('"') ? `{${line}}` : line);
    expect(() => inner.map(parse)).not.toThrow();
  });
});

describe("gpu-aliases.json", () => {
  test("every alias stands for a row, and its memory is the row's", () => {
    const wrong = aliases.filter(({ id, memoryMiB }) => {
      const row = rowById.get(id);
      return !row || (memoryMiB !== undefined && memoryMiB !== numberOf(row, "memoryMiB"));
    });
    expect(wrong).toEqual([]);
  });

  test("every row is reached by a printed name", () => {
    const reached = new Set(aliases.map(({ id }) => id));
    expect(rows.filter(({ id }) => !reached.has(id))).toEqual([]);
  });

  test("a name that stands for several cards always says which memory", () => {
    const clashes = aliases.filter(
      (alias) =>
        alias.memoryMiB === undefined &&
        aliases.some((other) => other !== alias && other.printed === alias.printed),
    );
    expect(clashes).toEqual([]);
  });

  test.each([
    { printed: "NVIDIA GeForce RTX 3080", memory: 10240, id: "rtx-3080" },
    { printed: "NVIDIA GeForce RTX 3080", memory: 12288, id: "rtx-3080-12gb" },
    { printed: "NVIDIA GeForce RTX 3060", memory: 8192, id: undefined },
    { printed: "NVIDIA GeForce RTX 4060 Ti", memory: 8188, id: undefined },
    { printed: "A100-SXM4-40GB", memory: 40537, id: "a100-sxm-40gb" },
    { printed: "NVIDIA GeForce RTX 4090 Laptop GPU", memory: 16376, id: undefined },
  ])("$printed with $memory MiB is $id", ({ printed, memory, id }) => {
    expect(resolve(printed, memory)?.id).toBe(id);
  });
});

describe.runIf(existsSync(POSTED))("nvidia-smi outputs that people posted", () => {
  const posted = existsSync(POSTED)
    ? readFileSync(POSTED, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { file: string; expected?: readonly PostedGpu[] })
    : [];
  const cards = posted.flatMap(({ file, expected }) =>
    (expected ?? []).flatMap(({ name, memory_total_mib: memory }) =>
      name && memory ? [{ file, name, memory, row: resolve(name, memory) }] : [],
    ),
  );
  const known = cards.filter(({ row }) => row !== undefined);

  test("many of them are in the catalogue", () => {
    expect(known.length).toBeGreaterThan(40);
    expect(new Set(known.map(({ row }) => row?.id)).size).toBeGreaterThan(10);
  });

  test("each prints the row's memory, but for drivers before 510", () => {
    const wrong = known.filter(
      ({ file, memory, row }) =>
        !PRINTED_WITHOUT_RESERVE.has(file) && row && memory !== numberOf(row, "memoryMiB"),
    );
    expect(wrong.map(({ file, name, memory }) => ({ file, name, memory }))).toEqual([]);
  });

  // GeForce cards with less memory under the same name, which have no row.
  const SMALLER_SIBLINGS = [
    "NVIDIA GeForce RTX 4060 Ti, 8188",
    "NVIDIA GeForce RTX 5070 ..., 12227",
  ];

  test("no printed name of a card in the catalogue is left out", () => {
    const names = new Set(aliases.map(({ printed }) => printed));
    const missed = cards
      .filter(({ name, row }) => names.has(name) && !row)
      .map(({ name, memory }) => `${name}, ${memory}`);
    expect([...new Set(missed)].sort()).toEqual(SMALLER_SIBLINGS);
  });
});
