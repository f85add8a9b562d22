import { describe, expect, test } from "vitest";
import { plannedInput } from "../../../../../test/support/planned-input.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import { SPEEDS } from "../../catalog/speed.gen.ts";
import { explainSpeed } from "../explain-speed/explain-speed.ts";
import type { CapacityDocument } from "./capacity-document.ts";
import { planCapacity } from "./plan-capacity.ts";

const input = (engine: string, gpu: string) =>
  plannedInput(`
hosts: [{ name: box1, gpus: [{ gpu: ${gpu}, count: 1 }] }]
engine: ${engine}
models:
  - name: chat
    model: Qwen/Qwen3-8B
    concurrency: 4
    maxSeqLen: 4k
    workload: { rate: 0.01, prompt: 500, output: 200 }
`);

const [all] = SPEEDS.filter(({ engine }) => engine === "any");

test("times of which too little is known are bounded as widely as all that were measured", () => {
  const scarce = SPEEDS.flatMap((row) => row.ofAllRows.map((metric) => ({ row, metric })));
  expect(scarce.map(({ row: { engine, architecture }, metric }) => [engine, architecture, metric]))
    // five rows of llama.cpp on an RTX 4090, none of which states a TTFT
    .toEqual([
      ["any", "any", "tpot"],
      ["any", "any", "ttft"],
      ["llama.cpp", "Ada", "tpot"],
      ["llama.cpp", "Ada", "ttft"],
    ]);
  for (const { row, metric } of scarce) {
    expect(row.bounds[metric][0]).toBeLessThanOrEqual(all?.bounds[metric][0] ?? Number.NaN);
    expect(row.bounds[metric][1]).toBeGreaterThanOrEqual(all?.bounds[metric][1] ?? Number.NaN);
  }
});

test("no time is bounded by itself", () => {
  for (const { bounds } of SPEEDS) {
    for (const [low, high] of [bounds.tpot, bounds.ttft]) {
      expect(high / low).toBeGreaterThan(1.2);
    }
  }
});

test.each([
  {
    engine: "llama.cpp",
    gpu: "rtx-4090",
    says: [
      "chat: too few times of llama.cpp on Ada cards are known; the bounds of TPOT and TTFT are as wide as those of all engines and cards",
    ],
  },
  {
    engine: "vllm",
    gpu: "rtx-4090",
    says: [
      "chat: no times of vllm on Ada cards are known; what was measured of all engines and cards stands in, with its bounds",
    ],
  },
  { engine: "vllm", gpu: "h100-sxm-80gb", says: [] },
])("a note says so of $engine on $gpu: $says", async ({ engine, gpu, says }) => {
  const { warnings } = planCapacity(await input(engine, gpu));
  expect(warnings).toEqual(says);
});

describe("an answer as a whole", () => {
  const at = (
    { models }: CapacityDocument,
    metric: LatencyMetric,
  ): { readonly low: number; readonly is: number; readonly high: number } => {
    const found = models[0]?.latencies.find((one) => one.metric === metric);
    return {
      low: found?.lowSeconds ?? Number.NaN,
      is: found?.seconds ?? Number.NaN,
      high: found?.highSeconds ?? Number.NaN,
    };
  };

  test.each([
    { engine: "tensorrt-llm", gpu: "h100-sxm-80gb" },
    { engine: "vllm", gpu: "h100-sxm-80gb" },
    { engine: "vllm", gpu: "rtx-4090" },
  ])("$engine on $gpu: its bounds are those of TTFT and of its tokens", async ({ engine, gpu }) => {
    const asked = await input(engine, gpu);
    const document = planCapacity(asked);
    const [ttft, tpot, e2e] = [at(document, "ttft"), at(document, "tpot"), at(document, "e2e")];
    const tokens = e2e.is - ttft.is;
    expect(e2e.low).toBeCloseTo(ttft.low + (tokens * tpot.low) / tpot.is, 9);
    expect(e2e.high).toBeCloseTo(ttft.high + (tokens * tpot.high) / tpot.is, 9);
    const explained = explainSpeed(asked).find(({ id }) => id === "e2e-p50");
    expect(explained?.low).toBeCloseTo(e2e.low, 9);
    expect(explained?.high).toBeCloseTo(e2e.high, 9);
  });
});
