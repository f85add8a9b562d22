// Fits data/speed.json to the measured times of ../shared/truth and prints the errors by engine and card.
//   tsx scripts/fit-speed.ts [--truth DIR] [--write]      the fit; --write puts it into data/speed.json
//   tsx scripts/fit-speed.ts --held-back [--truth DIR]    errors of rows that a fit did not see: of every third row,
//                                                         and of each model family
//   tsx scripts/fit-speed.ts --bounds [--truth DIR]       puts the bounds of the constants that data/speed.json holds there;
//                                                         nothing is fitted
//   tsx scripts/fit-speed.ts --score [--truth DIR] [--json]   errors of what data/speed.json holds; nothing is fitted
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { SpeedConstants } from "../packages/core/src/capacity/speed-constants.ts";
import { speedRow } from "../packages/core/src/catalog/speed-catalog.ts";
import { isHeldBack } from "./fit-grid.ts";
import type { Case } from "./speed/case.ts";
import { datacentreCases } from "./speed/datacentre-rows.ts";
import {
  boundsOf,
  type ErrorRow,
  errorTable,
  groupBounds,
  type RowBounds,
  ratiosOf,
} from "./speed/errors.ts";
import { constantsIn, type Fitted, fitAll, groupOf } from "./speed/fit.ts";
import { rtxRows } from "./speed/rtx-rows.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values: options } = parseArgs({
  options: {
    truth: { type: "string", default: join(root, "../shared/truth") },
    write: { type: "boolean", default: false },
    "held-back": { type: "boolean", default: false },
    bounds: { type: "boolean", default: false },
    score: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const datacentre = datacentreCases(join(options.truth, "serving-speed-datacentre.jsonl"));
const rtx = rtxRows(join(options.truth, "serving-speed-rtx.jsonl"));
const cases = [...datacentre, ...rtx.cases];

if (options.score) {
  score();
} else if (options.bounds) {
  const groups = [...new Set(cases.map(groupOf))].sort();
  const held = groups.map((name) => {
    const [engine = "", architecture = ""] = name.split(" ");
    return [name, speedRow(engine, architecture).constants] as const;
  });
  write({ any: speedRow("any", "any").constants, groups: new Map(held) });
} else if (options["held-back"]) {
  holdBack();
} else {
  const fitted = fitAll(cases);
  print(
    "fitted to all rows",
    errorTable(cases, (one) => constantsIn(fitted, one), byCard),
  );
  if (options.write) {
    write(fitted);
  }
}

function byCard({ engine, gpu }: Case): string {
  return `${engine} ${gpu}`;
}

function catalogued({ engine, architecture }: Case): SpeedConstants {
  return speedRow(engine, architecture).constants;
}

function score(): void {
  const table = errorTable(cases, catalogued, byCard);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ table, left: rtx.left.length }, undefined, 2)}\n`);
    return;
  }
  print("data/speed.json", table);
  print(
    "by model family",
    errorTable(cases, catalogued, (one) => `${byCard(one)} ${one.family}`),
  );
  const reasons = [...new Set(rtx.left.map(({ why }) => why))];
  for (const why of reasons) {
    const rows = rtx.left.filter((row) => row.why === why).length;
    process.stdout.write(`left out of the RTX rows: ${rows} (${why})\n`);
  }
}

function holdBack(): void {
  const seen = fitAll(cases.filter((_, index) => !isHeldBack(index)));
  const kept = cases.filter((_, index) => isHeldBack(index));
  print(
    "every third row held back",
    errorTable(kept, (one) => constantsIn(seen, one), byCard),
  );
  const families = [...new Set(datacentre.map(({ family }) => family))].sort();
  const rows = families.flatMap((family) => {
    const without = fitAll(cases.filter((one) => one.family !== family));
    return errorTable(
      cases.filter((one) => one.family === family),
      (one) => constantsIn(without, one),
      (one) => `${byCard(one)} ${family}`,
    );
  });
  print("one model family held back", rows);
}

function print(title: string, table: readonly ErrorRow[]): void {
  const share = (value: number | undefined): string =>
    (value === undefined ? "" : `${(100 * value).toFixed(1)} %`).padStart(9);
  const lines = table.map(
    ({ group, rows, tpot, ttft, factor }) =>
      `${group.padEnd(58)} ${String(rows).padStart(4)} ${share(tpot)} ${share(ttft)} ${(factor?.toFixed(2) ?? "").padStart(7)}`,
  );
  const head = `${title.padEnd(58)} rows      TPOT      TTFT  factor`;
  process.stdout.write(`${[head, ...lines, ""].join("\n")}\n`);
}

function write(fitted: Fitted): void {
  writeFileSync(join(root, "data/speed.json"), rowsOf(fitted));
}

function rowsOf(fitted: Fitted): string {
  const ofAll = boundsOf(ratiosOf(cases, () => fitted.any));
  const row = (engine: string, architecture: string, found: FoundRow): string => {
    const source = engine === "llama.cpp" ? "llmfit-benchmarks" : "aiconfigurator-silicon";
    return `  ${JSON.stringify({ engine, architecture, basis: "derived", source, ...found })}`;
  };
  const groups = [...fitted.groups].map(([name, constants]) => {
    const [engine = "", architecture = ""] = name.split(" ");
    const own = cases.filter((one) => groupOf(one) === name);
    const found = groupBounds(
      ratiosOf(own, () => constants),
      ofAll,
    );
    return row(engine, architecture, { constants, ...found });
  });
  const any = { constants: fitted.any, bounds: ofAll, ofAllRows: ["tpot", "ttft"] as const };
  return `[\n${[row("any", "any", any), ...groups].join(",\n")}\n]\n`;
}

interface FoundRow extends RowBounds {
  readonly constants: SpeedConstants;
}
