import type { FleetFile, FleetModel } from "../../packages/core/src/documents/fleet-file-types.ts";
import { seededRandom } from "../properties/random-placement.ts";

/** What a card costs an hour: of the order of public offers, so that the best one differs by rate. */
const PRICES = { "l4-24gb": 0.25, "rtx-3090": 0.2, "rtx-4090": 0.4, "l40s-48gb": 0.9 };
const KINDS = ["l4-24gb", "rtx-3090", "rtx-4090", "l40s-48gb"] as const;
const CARDS_OF_HOST = 4;

const MODELS = [
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2.5-7B-Instruct",
  "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen3-8B",
  "Qwen/Qwen3-14B",
  "Qwen/Qwen2.5-32B-Instruct",
] as const;

const PRECISIONS = [
  ["bf16", "fp8"],
  ["bf16", "int4-awq"],
  ["bf16", "fp8", "int4-awq"],
] as const;

const WORKLOADS = [
  {
    prompt: { median: 600, p95: 3000 },
    output: { median: 200, p95: 600, most: 1000 },
    targets: [
      { metric: "tpot", most: "40 ms" },
      { metric: "ttft", most: "1 s" },
    ],
  },
  {
    prompt: { median: 1500, p95: 4000, most: 6000 },
    output: { median: 60, p95: 250 },
    targets: [{ metric: "e2e", most: "8 s" }],
  },
] as const;

/** Requests a second for each card, all models together: from little to more than most fleets carry. */
const RATES = [0.25, 0.5, 1] as const;

/**
 * A seeded fleet of hosts of four equal cards whose models have rates and targets and no number of replicas; each
 * second one is to outlive the loss of a card, and two of three are to cost little.
 */
export function ratedFleet(seed: number, cards: number, models: number): FleetFile {
  const random = seededRandom(seed);
  const pick = <const T extends readonly unknown[]>(values: T): T[number] =>
    values[Math.floor(random() * values.length)];
  const objective = pick(["cost", "cost", "throughput"]);
  const rate = (pick(RATES) * cards) / models;
  const modelOf = (i: number): FleetModel => ({
    name: `m${i}`,
    model: pick(MODELS),
    engine: "vllm",
    maxSeqLen: 8192,
    quantization: pick(PRECISIONS),
    workload: { rate: Math.round(100 * rate * (0.5 + random())) / 100, ...pick(WORKLOADS) },
  });
  return {
    schema: "berth/fleet@1",
    objective,
    costs: { perGpuHour: PRICES },
    ...(seed % 2 === 1 ? { policy: { survive: "gpu" as const } } : {}),
    hosts: Array.from({ length: cards / CARDS_OF_HOST }, (_, i) => ({
      name: `host${i}`,
      gpus: [{ gpu: pick(KINDS), count: CARDS_OF_HOST }],
    })),
    models: Array.from({ length: models }, (_, i) => modelOf(i)),
  };
}
