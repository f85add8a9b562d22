import type { SpeedConstants } from "../../packages/core/src/capacity/speed-constants.ts";
import type { Case } from "./case.ts";
import { type Bounds, patternSearch, type Values } from "./pattern-search.ts";

/** Constants of every engine and architecture together, and of each pair that has rows. */
export interface Fitted {
  readonly any: SpeedConstants;
  readonly groups: ReadonlyMap<string, SpeedConstants>;
}

/**
 * Qwen3 8B, vLLM 0.9.2 (gpustack-quantization): AWQ reaches 0.78 of BF16's tokens a second on an A100 of 80 GB and 0.73
 * on an H100, where batches are large and matrices take most of a step. Matrices at 0.7 of their rate on an A100 (228 of
 * 312 TFLOP/s reached, 19.5 of the plain cores): (1 / 0.7 - 1) / 228 · 19.5 = 0.037; on an H100 likewise 0.04.
 */
const WIDENING = 0.037;

/** Where the search begins: round numbers of the right size, and what values are believed without rows. */
const START: SpeedConstants = {
  stepSeconds: 1e-3,
  layerSeconds: 30e-6,
  normedLayerSeconds: 8e-6,
  expertLayerSeconds: 30e-6,
  latentLayerSeconds: 60e-6,
  sequenceSeconds: 8e-6,
  collectiveSeconds: 6e-6,
  denseBandwidth: 0.75,
  expertBandwidth: 0.6,
  kvBandwidth: 0.6,
  denseCompute: 0.5,
  expertCompute: 0.3,
  attentionCompute: 0.4,
  wideningWork: WIDENING,
  linkBandwidth: 0.3,
  routingSpread: 0.8,
  firstTokenSeconds: 10e-3,
  promptLayerSeconds: 0.5e-3,
  promptExpertLayerSeconds: 0.3e-3,
  promptLatentLayerSeconds: 2e-3,
  attentionDpSteps: 30,
  startsTogether: 0.08,
  acceptedOfFour: 2.3,
};

const SHARES: ReadonlySet<string> = new Set([
  "denseBandwidth",
  "expertBandwidth",
  "kvBandwidth",
  "denseCompute",
  "expertCompute",
  "attentionCompute",
  "linkBandwidth",
  "routingSpread",
]);
/** No kernel reaches more of a peak than this. */
const MOST_SHARE = 0.95;

/** The rows of one engine on one architecture. */
export const groupOf = ({ engine, architecture }: Case): string => `${engine} ${architecture}`;

/** First constants for all rows together; then each group's own, held to those as far as its rows allow. */
export function fitAll(cases: readonly Case[]): Fitted {
  const any = fitOne(cases, START, 1);
  const names = [...new Set(cases.map(groupOf))].sort();
  const groups = names.map((name) => {
    const rows = cases.filter((one) => groupOf(one) === name);
    return [name, fitOne(rows, any, 1 / 2)] as const;
  });
  return { any, groups: new Map(groups) };
}

/** The constants for a case, as the catalogue would look them up. */
export function constantsIn(fitted: Fitted, one: Case): SpeedConstants {
  return fitted.groups.get(groupOf(one)) ?? fitted.any;
}

function fitOne(cases: readonly Case[], start: SpeedConstants, width: number): SpeedConstants {
  const values = patternSearch({ ...start }, boundsOf, (tried) => {
    const constants = tried as unknown as SpeedConstants;
    return misfit(cases, constants) + pull(tried, { ...start }, width);
  });
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))]),
  ) as unknown as SpeedConstants;
}

const DIGITS = 3;

function boundsOf(name: string): Bounds {
  if (name === "wideningWork") {
    return { least: WIDENING, most: WIDENING };
  }
  return SHARES.has(name)
    ? { least: 0.01, most: MOST_SHARE }
    : { least: 1e-8, most: name === "acceptedOfFour" ? 4 : 1000 };
}

/** Where a residual begins to count as an outlier. */
const KNEE = 0.12;
/** TTFT of a load test depends on how its clients start; it counts less. */
const TTFT_WEIGHT = 0.5;

function misfit(cases: readonly Case[], constants: SpeedConstants): number {
  let sum = 0;
  for (const { measured, predict, weight } of cases) {
    const { tpot, ttft } = predict(constants);
    sum += weight * softSquare(measured.tpot === undefined ? 0 : Math.log(tpot / measured.tpot));
    sum +=
      weight *
      softSquare(measured.ttft === undefined ? 0 : TTFT_WEIGHT * Math.log(ttft / measured.ttft));
  }
  return sum;
}

/** Squares of small residuals, no more than lengths of large ones. */
function softSquare(residual: number): number {
  return 2 * KNEE ** 2 * (Math.sqrt(1 + (residual / KNEE) ** 2) - 1);
}

/** How strongly values are held to where they began, for one row's residual of 1. */
const PULL = 0.15;

function pull(values: Values, start: Values, width: number): number {
  return Object.entries(values).reduce(
    (sum, [name, value]) => sum + ((PULL * Math.log(value / (start[name] ?? value))) / width) ** 2,
    0,
  );
}
