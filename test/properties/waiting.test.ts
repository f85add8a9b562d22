import { describe, expect, test } from "vitest";
import { simulateDeployment } from "../../packages/core/src/capacity/simulation/simulate.ts";
import { servingModel, servingPoint } from "../../packages/core/src/capacity/throughput.ts";
import { askedReplicas } from "../../packages/core/src/documents/capacity/asked-replicas.ts";
import { replicaCases } from "../../packages/core/src/documents/capacity/replica-cases.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { planFleet } from "../../packages/core/src/documents/plan-fleet.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { tokens } from "../../packages/core/src/units/units.ts";

interface Replica {
  readonly gpu: string;
  readonly model: string;
  readonly engine: string;
  readonly seats: number;
  /** Tokens of its KV cache: so many that seats run out first. */
  readonly room: number;
  readonly prompt: string;
  readonly output: string;
}

const CHAT = "{ median: 600, p95: 3000 }";
const ANSWER = "{ median: 150, p95: 600 }";
const [Q8, Q14, L8] = [
  "Qwen/Qwen3-8B",
  "Qwen/Qwen2.5-14B-Instruct",
  "meta-llama/Llama-3.1-8B-Instruct",
];

async function replicaOf({ gpu, model, engine, seats, room, prompt, output }: Replica) {
  const file = "fleet.yaml";
  const text = `hosts: [{ name: box, gpus: [{ gpu: ${gpu} }] }]
models:
  - { name: chat, model: ${model}, engine: ${engine}, quantization: int4-awq, maxBatchSize: ${seats}, maxSeqLen: 16k, workload: { rate: 0.01, prompt: ${prompt}, output: ${output} } }`;
  const input = { file, fleet: parseFleetFile(file, text) };
  const plan = await planFleet(input);
  const models = new Map(problemOf(input).models.map(({ spec }) => [spec.id, spec]));
  const [own] = askedReplicas({ file, plan, models, change: { rate: 0.01 } }).replicas;
  if (own === undefined) {
    throw new Error(`${gpu} has no place for ${model}`);
  }
  const limits = { ...own.serving.limits, kvTokens: tokens(room) };
  const simulated = async (rate: number, requests: number) => {
    const [one] = replicaCases({ file, plan, models, change: { rate } });
    if (one === undefined) {
      throw new Error("no replica");
    }
    const warmUpSeconds = 300 / rate;
    const horizonSeconds = warmUpSeconds + requests / rate;
    return simulateDeployment({ ...one, limits }, { seed: 11, warmUpSeconds, horizonSeconds });
  };
  return { serving: servingModel(own.serving.setting, limits, own.workload), simulated };
}

/** Requests that are followed in each simulation. */
const REQUESTS = 16_000;

/** Points that the law is off by: it knows the mean time of prompts, not that those that come meanwhile end together. */
const OFF = 0.03;
/** More for each part of the time in which prompts are read. */
const OFF_BY_PROMPTS = 0.2;

describe("the chance to wait for a seat is that of the simulation, within three points and a fifth of prompts' part", () => {
  test.each<Replica>([
    {
      gpu: "rtx-4090",
      model: Q8,
      engine: "vllm",
      seats: 4,
      room: 64_000,
      prompt: "8000",
      output: "300",
    },
    {
      gpu: "rtx-4090",
      model: L8,
      engine: "sglang",
      seats: 16,
      room: 80_000,
      prompt: CHAT,
      output: "250",
    },
    {
      gpu: "rtx-3090",
      model: Q14,
      engine: "tensorrt-llm",
      seats: 1,
      room: 40_000,
      prompt: CHAT,
      output: ANSWER,
    },
    {
      gpu: "l40s-48gb",
      model: Q8,
      engine: "vllm",
      seats: 8,
      room: 160_000,
      prompt: "4000",
      output: "300",
    },
    {
      gpu: "h100-sxm-80gb",
      model: Q14,
      engine: "tensorrt-llm",
      seats: 2,
      room: 80_000,
      prompt: "{ median: 2500, p95: 8000 }",
      output: ANSWER,
    },
    {
      gpu: "h100-sxm-80gb",
      model: L8,
      engine: "vllm",
      seats: 8,
      room: 400_000,
      prompt: "8000",
      output: "300",
    },
    {
      gpu: "h200-sxm-141gb",
      model: Q8,
      engine: "sglang",
      seats: 32,
      room: 400_000,
      prompt: "100",
      output: ANSWER,
    },
  ])("$gpu, $engine, $seats seats, prompts of $prompt, outputs of $output", async (replica) => {
    const { serving, simulated } = await replicaOf(replica);
    for (const load of [0.5, 0.7, 0.85, 0.95]) {
      const rate = load * serving.mostRate;
      const { waits } = await simulated(rate, REQUESTS);
      const told = servingPoint(serving, rate)?.waits ?? Number.NaN;
      const off = OFF + OFF_BY_PROMPTS * rate * serving.prompt.mean;
      const chance = (waits.high - waits.low) / 2;
      expect(Math.abs(told - waits.value), `load ${load}`).toBeLessThan(off + chance);
    }
  });
});
