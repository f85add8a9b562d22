// Fits the activation constants of data/engines/vllm.json to test/measured/vllm-profiles.jsonl and prints them
// with every row's error. Rows marked "held" take no part in the fit.
//   tsx scripts/fit-vllm.ts
import { readFileSync } from "node:fs";
import { type EngineFact, FactTable } from "../packages/core/src/engine/facts.ts";
import { compareVersions } from "../packages/core/src/engine/version.ts";
import { profiledPeakTerm } from "../packages/core/src/memory/profiled-peak.ts";
import type { ModelSpec } from "../packages/core/src/model/model.ts";
import { GIB } from "../packages/core/src/units/units.ts";
import { type Axis, fitOnGrid, isHeldBack, mean, type Point, percent } from "./fit-grid.ts";

interface Row {
  readonly version: string;
  readonly model: string;
  readonly tp: number;
  readonly pp: number;
  readonly batch: number;
  readonly tokens: number;
  readonly hidden: number;
  readonly vocab: number;
  readonly plainWidth: number;
  readonly expertWidth: number;
  readonly active: number;
  readonly activationGiB: number;
  readonly stage?: "first";
  readonly quantization?: string;
}

const rows = readFileSync(new URL("../test/measured/vllm-profiles.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

/** From 0.17 on the sampler keeps fewer copies of the logits. */
const isNew = ({ version }: Row): boolean => compareVersions(version, "0.17.0") >= 0;
const isV0 = ({ version }: Row): boolean => compareVersions(version, "0.8.0") < 0;

const AXES: readonly Axis[] = [
  { name: "newSampler", from: 3, to: 4.5, step: 0.01 },
  { name: "newSamplerBaseMiB", from: 0, to: 60, step: 5 },
  { name: "oldSampler", from: 9, to: 10.5, step: 0.01 },
  { name: "hidden", from: 3, to: 6, step: 0.02 },
  { name: "hiddenV0", from: 2, to: 5, step: 0.01 },
  { name: "expertWidth", from: 0, to: 4, step: 0.1 },
  { name: "expertHidden", from: 0, to: 4, step: 0.1 },
  { name: "stages", from: 0, to: 3, step: 1 },
];
const START: Point = {
  newSampler: 4,
  newSamplerBaseMiB: 0,
  oldSampler: 10,
  hidden: 4.2,
  hiddenV0: 4,
  expertWidth: 1,
  expertHidden: 1,
  stages: 2,
};

function predict(row: Row, point: Point): number {
  const experts = row.quantization === "mxfp4" ? 0 : 1;
  const facts = new FactTable(
    new Map(
      (
        [
          ["activationSpread", 1],
          ["activationHiddenCopies", point[isV0(row) ? "hiddenV0" : "hidden"]],
          ["activationFeedForwardCopies", 3],
          ["samplerBaseMiB", isNew(row) ? point["newSamplerBaseMiB"] : 0],
          ["samplerLogitsCopies", point[isNew(row) ? "newSampler" : "oldSampler"]],
          ["expertWidthCopies", experts * (point["expertWidth"] ?? 0)],
          ["expertHiddenCopies", experts * (point["expertHidden"] ?? 0)],
          ["stageHiddenCopies", point["stages"]],
        ] as const
      ).map(([fact, value = 0]) => [fact, fixed(fact, value)]),
    ),
    "fit",
  );
  const term = profiledPeakTerm(modelOf(row), facts, {
    maxNumTokens: row.tokens,
    maxBatchSize: row.batch,
    maxSeqLen: row.tokens,
    tp: row.tp,
    ep: 1,
    pp: row.pp,
    isFirstStage: row.stage === "first",
    isLastStage: row.stage !== "first",
  });
  return term.bytes / GIB;
}

function fixed(fact: EngineFact["fact"], value: number): EngineFact {
  return { fact, value, low: value, high: value, basis: "derived", source: "vllm-accuracy-runs" };
}

const MODELS = new WeakMap<Row, ModelSpec>();

/** As much of a model as activations depend on. */
function modelOf(row: Row): ModelSpec {
  const known =
    MODELS.get(row) ??
    ({
      hidden: row.hidden,
      vocab: row.vocab,
      layers: [
        { count: 1, layer: { feedForward: { kind: "dense", intermediate: row.plainWidth } } },
        {
          count: 1,
          layer: {
            feedForward: {
              kind: "moe",
              active: row.active,
              intermediate: row.active === 0 ? 0 : row.expertWidth / row.active,
              sharedIntermediate: row.plainWidth,
            },
          },
        },
      ],
    } as unknown as ModelSpec);
  MODELS.set(row, known);
  return known;
}

const error = (row: Row, point: Point): number => predict(row, point) / row.activationGiB - 1;
const fitted = rows.filter((_, i) => !isHeldBack(i));
const held = rows.filter((_, i) => isHeldBack(i));
const point = fitOnGrid(AXES, START, (at) => mean(fitted.map((row) => error(row, at) ** 2)));

console.log("vLLM activations: constants of data/engines/vllm.json");
for (const { name } of AXES) {
  console.log(`  ${name.padEnd(20)} ${point[name]}`);
}
console.log("\n   error   printed  law      version  tp pp  model");
for (const [i, row] of rows.entries()) {
  console.log(
    `${percent(error(row, point))}  ${row.activationGiB.toFixed(2)} GiB ${predict(row, point).toFixed(2)} GiB  ${row.version.padEnd(7)}  ${row.tp}  ${row.pp}  ${row.model}${isHeldBack(i) ? "  (held)" : ""}`,
  );
}
const summary = (of: readonly Row[]): string => {
  const errors = of.map((row) => Math.abs(error(row, point)));
  return `${of.length} rows, mean |error|${percent(mean(errors))}, worst${percent(Math.max(...errors))}`;
};
console.log(`\nfitted: ${summary(fitted)}\nheld:   ${summary(held)}`);
