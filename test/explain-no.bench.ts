import { parseFleetFile, planFleet } from "@berth/core";
import { bench, describe } from "vitest";

const FEW = { iterations: 3, warmupIterations: 1, time: 0, warmupTime: 0 };
const CARDS =
  "hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]";

/** Twelve cards that can't hold all that is asked of them; the bar is two seconds of CPU for the plan with its explanation. */
describe.each([
  [
    "a model that is too large, and two others",
    `
  - { name: deepseek, model: deepseek-ai/DeepSeek-V3, maxSeqLen: 4k }
  - { name: llama-3b, model: meta-llama/Llama-3.2-3B, concurrency: 8 }
  - { name: qwen-7b, model: Qwen/Qwen2-7B, concurrency: 8 }`,
  ],
  [
    "six models with wishes, one too many",
    `
  - { name: chat, model: meta-llama/Llama-3.1-70B, quantization: int4-awq, maxSeqLen: 16k, concurrency: 4, priority: 1 }
  - { name: qwen, model: Qwen/Qwen2-7B, replicas: 2, exclusive: true, concurrency: 8, priority: 1 }
  - { name: phi, model: microsoft/phi-4, concurrency: 4, priority: 1 }
  - { name: llama, model: meta-llama/Llama-3.2-3B, concurrency: 16, notWith: [phi], priority: 1 }
  - { name: fast, model: Qwen/Qwen2.5-14B, concurrency: 4, gpus: rtx-4090, priority: 1 }
  - { name: judge, model: Qwen/Qwen2.5-72B, maxSeqLen: 8k }`,
  ],
])("no, with reasons and remedies: %s", (_, models) => {
  const fleet = parseFleetFile("fleet.yaml", `${CARDS}\nmodels:${models}\n`);

  bench(
    "plan and explanation",
    async () => void (await planFleet({ file: "fleet.yaml", fleet })),
    FEW,
  );
});
