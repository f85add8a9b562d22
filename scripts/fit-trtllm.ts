// Fits the constants of data/engines/tensorrt-llm.json to ../shared/truth/trtllm-capacity.jsonl (measured numbers of
// sequences) and prints them with every row's error. Rows marked "held" take no part in the fit.
//   tsx scripts/fit-trtllm.ts
import { existsSync, readFileSync } from "node:fs";
import { gpuById, importPreset } from "../packages/core/src/catalog/catalog.ts";
import { engineById } from "../packages/core/src/catalog/engine-catalog.ts";
import type { EngineSpec } from "../packages/core/src/engine/engine.ts";
import type { EngineFact } from "../packages/core/src/engine/facts.ts";
import { rulesOf } from "../packages/core/src/engine/registry.ts";
import { estimateMemory } from "../packages/core/src/memory/estimate.ts";
import { kvBudget } from "../packages/core/src/memory/kv-budget.ts";
import { type Axis, fitOnGrid, isHeldBack, mean, type Point, percent } from "./fit-grid.ts";

interface Row {
  readonly id: string;
  readonly model: string;
  readonly gpu: string;
  readonly tp: number;
  readonly max_seq_len: number;
  readonly max_num_tokens: number;
  readonly kv_fraction: number;
  readonly max_sequences: number;
}

const file = new URL("../../shared/truth/trtllm-capacity.jsonl", import.meta.url);
if (!existsSync(file)) {
  console.log("nothing to fit: ../shared/truth/trtllm-capacity.jsonl is not there");
  process.exit(0);
}
const rows = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

/** Each constant is one fact; `capability` or `quantization` say which of several. */
const FACTS: readonly (Axis & {
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

function engineAt(point: Point): EngineSpec {
  return {
    ...engine,
    facts: engine.facts.map((fact) => {
      const axis = FACTS.find(
        (each) =>
          each.fact === fact.fact &&
          each.capability === fact.computeCapability &&
          each.quantization === fact.quantization,
      );
      const value = axis === undefined ? undefined : point[axis.name];
      return value === undefined ? fact : { ...fact, value };
    }),
  };
}

/** Sequences that fit, with the part of one that does not. */
function sequences(row: Row, at: EngineSpec): number {
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
  const room = {
    totalBytes: gpu.cudaVisible.value,
    usedBytes: 0,
    fraction: row.kv_fraction,
  };
  const budget = kvBudget(rulesOf(at, version), room, rank.terms).value;
  const { tokensPerBlock } = at.defaults;
  const perSequence =
    Math.ceil(row.max_seq_len / tokensPerBlock) * tokensPerBlock * rank.kvBytesPerToken;
  return budget / perSequence;
}

/** How far outside of what the whole number leaves open: n measured means [n, n + 1). */
function miss(row: Row, at: EngineSpec): number {
  const n = sequences(row, at);
  const below = Math.min(0, n - row.max_sequences);
  const above = Math.max(0, n - (row.max_sequences + 1));
  // beside the interval the middle is a little better than the edge
  return below + above + 0.05 * (n - row.max_sequences - 0.5);
}

const fitted = rows.filter((_, i) => !isHeldBack(i));
const held = rows.filter((_, i) => isHeldBack(i));
const point = fitOnGrid(FACTS, START, (candidate) => {
  const at = engineAt(candidate);
  return mean(fitted.map((row) => (miss(row, at) / row.max_sequences) ** 2));
});

console.log("TensorRT-LLM, PyTorch backend: constants of data/engines/tensorrt-llm.json");
for (const { name } of FACTS) {
  console.log(`  ${name.padEnd(30)} ${point[name]}`);
}
const best = engineAt(point);
const error = (row: Row): number => Math.floor(sequences(row, best)) / row.max_sequences - 1;
console.log("\n   error  measured  law   row");
for (const [i, row] of rows.entries()) {
  console.log(
    `${percent(error(row))} ${String(row.max_sequences).padStart(6)} ${sequences(row, best).toFixed(1).padStart(8)}  ${row.gpu} ${row.model} tp${row.tp} ${row.max_seq_len} ${row.max_num_tokens} ${row.kv_fraction}${isHeldBack(i) ? "  (held)" : ""}`,
  );
}
const summary = (of: readonly Row[]): string => {
  const errors = of.map((row) => Math.abs(error(row)));
  return `${of.length} rows, mean |error|${percent(mean(errors))}, worst${percent(Math.max(...errors))}`;
};
console.log(`\nfitted: ${summary(fitted)}\nheld:   ${summary(held)}`);
