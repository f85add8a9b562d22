import { expect, test } from "vitest";
import { plannedInput } from "../../../../../test/support/planned-input.ts";
import { planCapacity } from "./plan-capacity.ts";
import { withSimulation } from "./simulate-plan.ts";

const METRICS = ["ttft", "tpot", "e2e"] as const;

/** Both answers to one request in a hundred seconds, each of the same length. */
async function bothOf(fleet: string) {
  const input = await plannedInput(fleet);
  const found = await withSimulation(planCapacity(input), input, { seed: 1, minutes: 2000 });
  const [model] = found.models;
  const closed = (metric: string) =>
    model?.latencies.find((one) => one.metric === metric && one.percentile === 0.5)?.seconds ??
    Number.NaN;
  const simulated = (metric: string) =>
    model?.simulated?.[0]?.latencies.find((one) => one.metric === metric)?.p50Seconds ?? Number.NaN;
  return METRICS.map((metric) => ({
    metric,
    closed: closed(metric),
    simulated: simulated(metric),
  }));
}

test.each([
  { engine: "tensorrt-llm", gpu: "h100-sxm-80gb", pp: 1 },
  { engine: "tensorrt-llm", gpu: "h100-sxm-80gb", pp: 2 },
  { engine: "vllm", gpu: "h100-sxm-80gb", pp: 1 },
  { engine: "vllm", gpu: "rtx-3090", pp: 4 },
  { engine: "sglang", gpu: "rtx-4090", pp: 2 },
  { engine: "llama.cpp", gpu: "rtx-3090", pp: 1 },
  { engine: "llama.cpp", gpu: "rtx-3090", pp: 3 },
  { engine: "vllm", gpu: "rtx-3090", pp: 4, maxNumTokens: 1024 },
])(
  "$engine on $gpu, $pp stages: one law where nobody waits",
  async ({ engine, gpu, pp, maxNumTokens }) => {
    const both = await bothOf(`
hosts: [{ name: box1, gpus: [{ gpu: ${gpu}, count: ${pp} }] }]
engine: ${engine}
models:
  - name: chat
    model: Qwen/Qwen3-8B
    concurrency: 4
    maxSeqLen: 8k
    tp: 1
    pp: ${pp}
    ${maxNumTokens === undefined ? "" : `maxNumTokens: ${maxNumTokens}`}
    workload: { rate: 0.01, arrivals: constant, prompt: 3000, output: 100 }
`);
    for (const { metric, closed, simulated } of both) {
      expect(Math.abs(simulated / closed - 1), metric).toBeLessThan(0.05);
    }
  },
);

test.each([1, 2, 100])(
  "of %i tokens the first ends the prompt, and each other takes a step",
  async (output) => {
    const both = await bothOf(`
hosts: [{ name: box1, gpus: [{ gpu: h100-sxm-80gb }] }]
engine: vllm
models:
  - name: chat
    model: Qwen/Qwen3-8B
    maxSeqLen: 8k
    workload: { rate: 0.01, arrivals: constant, prompt: 100, output: ${output} }
`);
    const [ttft, tpot, e2e] = both;
    for (const source of ["closed", "simulated"] as const) {
      const rest = (e2e?.[source] ?? 0) - (ttft?.[source] ?? 0);
      // the simulation has no time per token after the first where there is none
      const step = output === 1 ? 0 : (tpot?.[source] ?? 0);
      expect(rest / (tpot?.closed ?? 0), source).toBeCloseTo(
        ((output - 1) * step) / (tpot?.closed ?? 0),
        1,
      );
    }
  },
);
