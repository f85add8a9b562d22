import { existsSync, readFileSync } from "node:fs";
import { gpuById, importPreset } from "../../packages/core/src/catalog/catalog.ts";
import { engineById } from "../../packages/core/src/catalog/engine-catalog.ts";
import type { EngineSpec } from "../../packages/core/src/engine/engine.ts";
import type { EngineFact } from "../../packages/core/src/engine/facts.ts";
import { rulesOf } from "../../packages/core/src/engine/registry.ts";
import { estimateMemory } from "../../packages/core/src/memory/estimate.ts";
import { kvBudget, type Range } from "../../packages/core/src/memory/kv-budget.ts";
import { GIB } from "../../packages/core/src/units/units.ts";
import { type Axis, fitOnGrid, mean, type Point } from "../fit-grid.ts";

export interface CapacityRow {
  readonly id: string;
  readonly model: string;
  readonly gpu: string;
  readonly tp: number;
  readonly max_seq_len: number;
  readonly max_num_tokens: number;
  readonly kv_fraction: number;
  readonly max_sequences: number;
}

/** Measured numbers of sequences (../shared/truth/trtllm-capacity.jsonl); none where the truth isn't there. */
export function capacityRows(): readonly CapacityRow[] {
  const file = new URL("../../../shared/truth/trtllm-capacity.jsonl", import.meta.url);
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as CapacityRow)
    : [];
}

/** Each constant is one fact; `capability` or `quantization` say which of several. */
export const FACTS: readonly (Axis & {
  readonly fact: EngineFact["fact"];
  readonly capability?: string;
  readonly quantization?: string;
})[] = [
  { name: "runtimeMiB 9.0", fact: "runtimeMiB", capability: "9.0", from: 1000, to: 2200, step: 4 },
  {
    name: "runtimeMiB 10.3",
    fact: "runtimeMiB",
    capability: "10.3",
    from: 1000,
    to: 2400,
    step: 5,
  },
  {
    name: "weightResidueShare fp8-block",
    fact: "weightResidueShare",
    quantization: "fp8-block",
    from: 0,
    to: 0.1,
    step: 0.005,
  },
  { name: "activationHiddenCopies", fact: "activationHiddenCopies", from: 0, to: 12, step: 1 },
  {
    name: "activationFeedForwardCopies",
    fact: "activationFeedForwardCopies",
    from: 0,
    to: 8,
    step: 1,
  },
  {
    name: "ncclPeerToPeerMiB 10.3",
    fact: "ncclPeerToPeerMiB",
    capability: "10.3",
    from: 400,
    to: 2600,
    step: 50,
  },
  { name: "graphMiBPerLayer", fact: "graphMiBPerLayer", from: 0, to: 1, step: 0.02 },
];
const START: Point = {
  "runtimeMiB 9.0": 1516,
  "runtimeMiB 10.3": 1765,
  "weightResidueShare fp8-block": 0.04,
  activationHiddenCopies: 8,
  activationFeedForwardCopies: 3,
  "ncclPeerToPeerMiB 10.3": 1650,
  graphMiBPerLayer: 0.26,
};

const known = engineById("tensorrt-llm");
if (known === undefined) {
  throw new Error("no engine tensorrt-llm");
}
const engine: EngineSpec = known;

/** The engine with these constants; `without` a card's own, so that the general ones hold for it. */
export function engineAt(point: Point, without?: string): EngineSpec {
  const isOwn = ({ fact, computeCapability }: EngineFact): boolean =>
    without !== undefined &&
    computeCapability === without &&
    FACTS.some((axis) => axis.fact === fact);
  return {
    ...engine,
    facts: engine.facts
      .filter((fact) => !isOwn(fact))
      .map((fact) =>
        without === undefined ? atPoint(fact, point) : ofOthers(fact, point, without),
      ),
  };
}

/** For a card that no row is of, large cards' constants are what the others have. */
function ofOthers(fact: EngineFact, point: Point, without: string): EngineFact {
  const others = FACTS.filter(
    (axis) =>
      axis.fact === fact.fact && axis.capability !== undefined && axis.capability !== without,
  ).map(({ name }) => point[name] ?? 0);
  return fact.memoryFromGiB === undefined || others.length === 0
    ? atPoint(fact, point)
    : { ...fact, value: mean(others) };
}

function atPoint(fact: EngineFact, point: Point): EngineFact {
  const axis = FACTS.find(
    (each) =>
      each.fact === fact.fact &&
      fact.memoryFromGiB === undefined &&
      each.capability === fact.computeCapability &&
      each.quantization === fact.quantization,
  );
  const value = axis === undefined ? undefined : point[axis.name];
  return value === undefined ? fact : { ...fact, value };
}

/** Sequences that fit, with the part of one that does not; low and high as the facts' bounds have them. */
export function sequences(row: CapacityRow, at: EngineSpec): Range {
  const model = importPreset(row.model);
  const gpu = gpuById(row.gpu);
  if (model === undefined || gpu === undefined) {
    throw new Error(`${row.id}: no such model or card`);
  }
  const version = at.newestVersion;
  const [rank] = estimateMemory({
    model,
    engine: at,
    version,
    weights: model.stored,
    kvCacheDtype: "bf16",
    parallelism: { tp: row.tp, pp: 1, ep: 1 },
    stageCapabilities: [gpu.computeCapability],
    memoryGiB: gpu.cudaVisible.value / GIB,
    hasPeerToPeer: true,
    limits: {
      maxBatchSize: at.defaults.maxBatchSize,
      maxNumTokens: row.max_num_tokens,
      maxSeqLen: row.max_seq_len,
    },
  });
  if (rank === undefined) {
    throw new Error(`${row.id}: no rank`);
  }
  const room = { totalBytes: gpu.cudaVisible.value, usedBytes: 0, fraction: row.kv_fraction };
  const budget = kvBudget(rulesOf(at, version), room, rank.terms);
  const { tokensPerBlock } = at.defaults;
  const perSequence =
    Math.ceil(row.max_seq_len / tokensPerBlock) * tokensPerBlock * rank.kvBytesPerToken;
  return {
    value: budget.value / perSequence,
    low: budget.low / perSequence,
    high: budget.high / perSequence,
  };
}

/**
 * A row's sequences as a plane over the constants: each is a factor of one term, and terms are summed. One evaluation
 * for each constant instead of one for each step of a fit.
 */
function planeOf(row: CapacityRow): (point: Point) => number {
  const base = sequences(row, engineAt(START)).value;
  const slopes = FACTS.map(({ name, step }) => {
    const moved = { ...START, [name]: (START[name] ?? 0) + step };
    return { name, slope: (sequences(row, engineAt(moved)).value - base) / step };
  });
  return (point) =>
    slopes.reduce(
      (sum, { name, slope }) => sum + slope * ((point[name] ?? 0) - (START[name] ?? 0)),
      base,
    );
}

/** How far outside of what the whole number leaves open: n measured means [n, n + 1). */
function miss(row: CapacityRow, n: number): number {
  const below = Math.min(0, n - row.max_sequences);
  const above = Math.max(0, n - (row.max_sequences + 1));
  // beside the interval the middle is a little better than the edge
  return below + above + 0.05 * (n - row.max_sequences - 0.5);
}

/** The constants that meet these rows best; one that none of them speaks of stays where the fit starts. */
export function fitRows(rows: readonly CapacityRow[]): Point {
  const planes = rows.map((row) => ({ row, plane: planeFor(row) }));
  return fitOnGrid(FACTS, START, (candidate) =>
    mean(planes.map(({ row, plane }) => (miss(row, plane(candidate)) / row.max_sequences) ** 2)),
  );
}

const PLANES = new WeakMap<CapacityRow, (point: Point) => number>();

/** Made once for a row. */
function planeFor(row: CapacityRow): (point: Point) => number {
  const known = PLANES.get(row) ?? planeOf(row);
  PLANES.set(row, known);
  return known;
}

/** The compute capability of a row's card. */
export function capabilityOf({ gpu }: CapacityRow): string {
  return gpuById(gpu)?.computeCapability ?? "";
}
