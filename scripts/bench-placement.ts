// node scripts/run-bundled.mjs scripts/bench-placement.ts [--write] [WORD…]: who goes where, on fleets of all sizes and on
// public instances, beside simple policies. WORD picks the rows that contain it; --write puts these rows into the tables of
// docs/benchmarks/placement.md, where the others stay as they are.
// Each instance is solved in a process of its own, so that its memory is its own.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { instances } from "../test/bench/placement/instances.ts";
import { type Measured, measure } from "../test/bench/placement/measure.ts";
import {
  measureRefusal,
  type RefusalMeasured,
  refusals,
} from "../test/bench/placement/refusals.ts";
import { measureSizing, type SizingMeasured, sizings } from "../test/bench/placement/sizings.ts";
import {
  type ChainMeasured,
  chainTable,
  placementTable,
  refusalTable,
  sizingTable,
  timesTable,
  withRows,
} from "../test/bench/placement/table.ts";
import helix from "../test/bench/public/helix.json" with { type: "json" };
import { bestLayout } from "../test/bench/public/layer-split.ts";

const ONE = "--one=";
const REFUSAL = "--refusal=";
const SIZING = "--sizing=";
const BEGIN = "<!-- measured -->";
const END = "<!-- end of what was measured -->";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const numberAfter = (flag: string): number | undefined =>
  args.flatMap((arg) => (arg.startsWith(flag) ? Number(arg.slice(flag.length)) : []))[0];
const [one, refusal, sizing] = [ONE, REFUSAL, SIZING].map(numberAfter);

if (one !== undefined) {
  const instance = instances()[one];
  process.stdout.write(JSON.stringify(instance && (await measure(instance))));
} else if (refusal !== undefined) {
  const instance = refusals()[refusal];
  process.stdout.write(JSON.stringify((instance && (await measureRefusal(instance))) ?? null));
} else if (sizing !== undefined) {
  const instance = sizings()[sizing];
  process.stdout.write(JSON.stringify(instance && (await measureSizing(instance))));
} else {
  await runAll(args.filter((arg) => !arg.startsWith("--")));
}

async function runAll(words: readonly string[]): Promise<void> {
  const isWanted = (name: string) =>
    words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  const measured: Measured[] = [];
  for (const [i, { group }] of instances().entries()) {
    if (isWanted(group)) {
      measured.push(measureApart(`${ONE}${i}`));
      process.stderr.write(`${group}: ${measured.at(-1)?.seconds.toFixed(1)} s\n`);
    }
  }
  const chains: ChainMeasured[] = [];
  for (const problem of helix.instances.filter(({ name }) => isWanted(name))) {
    const started = performance.now();
    const answer = await bestLayout(problem);
    chains.push({ ...problem, ...answer, seconds: (performance.now() - started) / 1000 });
  }
  const refused: RefusalMeasured[] = [];
  for (const [i, { group }] of refusals().entries()) {
    if (isWanted(group)) {
      const own = measureApart<RefusalMeasured | null>(`${REFUSAL}${i}`);
      refused.push(...(own === null ? [] : [own]));
      process.stderr.write(`${group}: ${own?.seconds.toFixed(2) ?? "no refusal,"} s\n`);
    }
  }
  const tables = [
    placementTable(measured),
    chainTable(chains),
    timesTable(measured),
    refusalTable(refused),
    sizingTable(sizingsOf(isWanted)),
  ];
  process.stdout.write(`${tables.join("\n\n")}\n`);
  if (args.includes("--write")) {
    writeDocument(tables);
  }
}

function sizingsOf(isWanted: (name: string) => boolean): readonly SizingMeasured[] {
  return sizings().flatMap(({ group }, i) => {
    if (!isWanted(group)) {
      return [];
    }
    const own = measureApart<SizingMeasured>(`${SIZING}${i}`);
    process.stderr.write(`${group}: ${own.seconds.toFixed(2)} s\n`);
    return own;
  });
}

function measureApart<Answer = Measured>(which: string): Answer {
  const script = process.argv[1] ?? "";
  const text = execFileSync(process.execPath, [...process.execArgv, script, which], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(text);
}

/** Puts the rows into what stands between the marks of the document. */
function writeDocument(tables: readonly string[]): void {
  const file = join(root, "docs/benchmarks/placement.md");
  const [before, rest] = readFileSync(file, "utf8").split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) {
    throw new Error(`${file}: expected ${BEGIN} and ${END} in it`);
  }
  const known = rest?.split(END)[0]?.trim().split("\n\n") ?? [];
  const order = [
    ...new Set([...instances(), ...refusals(), ...sizings()].map(({ group }) => group)),
  ];
  const merged = tables.map((table, i) => withRows(known[i] ?? "", table, order));
  writeFileSync(file, `${before}${BEGIN}\n\n${merged.join("\n\n")}\n\n${END}${after}`);
}
