import { readFileSync } from "node:fs";
import { type EngineFact, FactTable } from "../../packages/core/src/engine/facts.ts";
import { compareVersions } from "../../packages/core/src/engine/version.ts";
import { profiledPeakTerm } from "../../packages/core/src/memory/profiled-peak.ts";
import type { ModelSpec } from "../../packages/core/src/model/model.ts";
import type { Quantization } from "../../packages/core/src/model/quantization.ts";
import { GIB } from "../../packages/core/src/units/units.ts";
import { type Axis, fitOnGrid, mean, type Point } from "../fit-grid.ts";

export interface Row {
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
  readonly quantization?: Quantization;
}

/** test/measured/vllm-profiles.jsonl. */
export const profileRows: readonly Row[] = readFileSync(
  new URL("../../test/measured/vllm-profiles.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

/** From 0.17 on the sampler keeps fewer copies of the logits. */
const isNew = ({ version }: Row): boolean => compareVersions(version, "0.17.0") >= 0;
const isV0 = ({ version }: Row): boolean => compareVersions(version, "0.8.0") < 0;

export const AXES: readonly Axis[] = [
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

/** GiB of activations. */
export function predict(row: Row, point: Point): number {
  return termOf(row, tableAt(point, row)).bytes / GIB;
}

/** What is said of a row by these facts. */
export function termOf(row: Row, facts: FactTable): ReturnType<typeof profiledPeakTerm> {
  return profiledPeakTerm(modelOf(row), facts, {
    maxNumTokens: row.tokens,
    maxBatchSize: row.batch,
    tp: row.tp,
    ep: 1,
    pp: row.pp,
    isFirstStage: row.stage === "first",
    isLastStage: row.stage !== "first",
  });
}

/** A fit asks of each point for all rows: one table for each kind of row. */
const TABLES = new WeakMap<Point, Map<string, FactTable>>();

function tableAt(point: Point, row: Row): FactTable {
  const tables = TABLES.get(point) ?? new Map<string, FactTable>();
  TABLES.set(point, tables);
  const key = `${isV0(row)} ${isNew(row)} ${row.quantization === "mxfp4"}`;
  const known = tables.get(key) ?? newTable(point, row);
  tables.set(key, known);
  return known;
}

function newTable(point: Point, row: Row): FactTable {
  const experts = row.quantization === "mxfp4" ? 0 : 1;
  return new FactTable(
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
      parts: [],
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

/** What is foretold over what was printed, less one. */
export const errorOf = (row: Row, point: Point): number =>
  predict(row, point) / row.activationGiB - 1;

/** The constants that meet these rows best; `search` looks for them. */
export function fitRows(rows: readonly Row[], search: typeof fitOnGrid = fitOnGrid): Point {
  return search(AXES, START, (at) => mean(rows.map((row) => errorOf(row, at) ** 2)));
}
