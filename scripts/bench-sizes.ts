// node scripts/run-bundled.mjs scripts/bench-sizes.ts [--write] [MOST]: how long `berth plan` takes as fleets grow from 12 to 4,096
// cards, with what it looks at when nothing is said; how far the answer may be from the best; and the memory. Each fleet is solved in
// a process of its own. All of it takes some six minutes of processor time.
import { execFileSync } from "node:child_process";
import { fleetInstance } from "../test/bench/placement/instances.ts";
import { type Measured, measure } from "../test/bench/placement/measure.ts";
import { giveTable, markdownTable, spread } from "./bench-tables.ts";

const SIZES = [
  { cards: 12, models: 6, seeds: 5 },
  { cards: 48, models: 20, seeds: 3 },
  { cards: 256, models: 64, seeds: 3 },
  { cards: 1024, models: 200, seeds: 1 },
  { cards: 4096, models: 400, seeds: 1 },
] as const;

const MEBIBYTE = 1024 ** 2;
const ONE = "--one=";
const args = process.argv.slice(2);
const one = args.find((arg) => arg.startsWith(ONE));

if (one === undefined) {
  const most = Number(args.find((arg) => /^\d+$/.test(arg)) ?? Number.POSITIVE_INFINITY);
  const rows = SIZES.filter(({ cards }) => cards <= most).map(rowOf);
  const columns = [
    "fleet",
    "fleets",
    "seconds",
    "CPU seconds",
    "memory, MiB",
    "gap to the bound",
    "models placed",
  ];
  giveTable("sizes", markdownTable(columns, rows), args);
} else {
  const [cards = 0, models = 0, seed = 0] = one.slice(ONE.length).split(",").map(Number);
  process.stdout.write(JSON.stringify(await measure(fleetInstance({ cards, models, seed }))));
}

function rowOf({ cards, models, seeds }: (typeof SIZES)[number]): readonly string[] {
  const own = Array.from({ length: seeds }, (_, seed) =>
    measuredApart(`${cards},${models},${seed}`),
  );
  const sum = (of: (one: Measured) => number) => own.reduce((total, each) => total + of(each), 0);
  return [
    `${cards.toLocaleString("en")} cards, ${models} models`,
    `${seeds}`,
    spread(
      own.map(({ seconds }) => seconds),
      2,
    ),
    spread(
      own.map(({ cpuSeconds }) => cpuSeconds),
      2,
    ),
    spread(own.map(({ peakBytes }) => peakBytes / MEBIBYTE)),
    `${spread(
      own.map(({ gap }) => 100 * gap),
      1,
    )} %`,
    `${sum(({ placed }) => placed)} of ${sum((each) => each.models)}`,
  ];
}

function measuredApart(size: string): Measured {
  const [, script = ""] = process.argv;
  const own = [...process.execArgv, script, `${ONE}${size}`];
  process.stderr.write(`${size}\n`);
  return JSON.parse(
    execFileSync(process.execPath, own, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  );
}
