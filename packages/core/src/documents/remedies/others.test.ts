import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";

/** Two models of which one card holds either at 16 bits, or both where one of them is kept smaller. */
function plan(
  first: string,
  { second = "quantization: bf16", gpu = "rtx-4090" } = {},
): Promise<PlanDocument> {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: [{ name: box, gpus: [{ gpu: ${gpu} }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-7B-Instruct, maxSeqLen: 4k, ${first} }
  - { name: second, model: Qwen/Qwen2.5-3B-Instruct, maxSeqLen: 4k, ${second} }`,
  );
  return planFleet({ file: "fleet.yaml", fleet });
}

function changesOf({ unplaced }: PlanDocument): readonly unknown[] {
  return unplaced.flatMap(({ remedies }) => remedies.map(({ change }) => change));
}

describe("less is asked of another model", () => {
  test("the finest precision of it that leaves room, which works when it is done by hand", async () => {
    const { unplaced } = await plan("quantization: bf16, priority: 1", {
      second: "quantization: bf16, priority: 1",
    });
    expect(unplaced).toMatchObject([{ model: "second" }]);
    expect(unplaced[0]?.remedies).toContainEqual({
      text: "Run first at fp8 instead of bf16.",
      change: { others: { first: { quantization: "fp8" } } },
      verified: true,
    });
    expect((await plan("quantization: fp8")).unplaced).toEqual([]);
  });

  test("none that no card can run", async () => {
    const ampere = await plan("quantization: bf16", { gpu: "rtx-3090" });
    const offered = JSON.stringify(changesOf(ampere));
    expect(offered).toContain('"first":{"quantization":"');
    expect(offered).not.toContain("fp8");
  });

  test("never of a model of a higher priority", async () => {
    const asked = changesOf(await plan("quantization: bf16, priority: 1"));
    expect(asked).not.toEqual([]);
    expect(JSON.stringify(asked)).not.toContain("others");
  });

  test("a smaller KV cache of it, where that is what fills the card", async () => {
    const { unplaced } = await plan("quantization: fp8, concurrency: 48", {
      second: "quantization: int4-awq",
    });
    expect(unplaced[0]?.remedies.map(({ change }) => change)).toContainEqual({
      others: { first: { kvCacheDtype: "fp8" } },
    });
  });
});

/** Two models of one priority, of which the first is the one that is placed. */
async function between(hosts: string, first: string, second: string): Promise<PlanDocument> {
  const fleet = parseFleetFile(
    "fleet.yaml",
    `hosts: ${hosts}
models:
  - { name: first, engine: vllm, model: ${first}, priority: 1 }
  - { name: second, engine: vllm, model: ${second}, priority: 1 }`,
  );
  return planFleet({ file: "fleet.yaml", fleet });
}

describe("another model serves less", () => {
  const box = "[{ name: box, gpus: [{ gpu: rtx-4090 }] }]";
  const long = (limits: string): string =>
    `meta-llama/Llama-3.1-8B, quantization: fp8, kvCacheDtype: fp8, ${limits}`;
  const small = "Qwen/Qwen2.5-3B, maxSeqLen: 4k";
  const fits = async (limits: string): Promise<boolean> =>
    (await between(box, long(limits), small)).unplaced.length === 0;

  test("as many sequences of it, and tokens in each, as there is room for", async () => {
    const { unplaced } = await between(box, long("maxSeqLen: 65536, concurrency: 3"), small);
    expect(unplaced.map(({ model }) => model)).toEqual(["second"]);
    expect(unplaced[0]?.remedies.slice(0, 2)).toMatchObject([
      {
        text: expect.stringMatching(
          /^Ask for at least 1 concurrent sequence of first instead of 3/,
        ),
        change: { others: { first: { concurrency: { least: 1, want: 3 } } } },
      },
      {
        text: "Lower maxSeqLen of first from 65,536 to 28,672 tokens.",
        change: { others: { first: { maxSeqLen: 28672, maxNumTokens: 2048 } } },
      },
    ]);
    expect(await fits("maxSeqLen: 65536, concurrency: { least: 1, want: 3 }")).toBe(true);
    expect(await fits("maxSeqLen: 65536, concurrency: { least: 2, want: 3 }")).toBe(false);
    expect(await fits("maxSeqLen: 28672, concurrency: 3, maxNumTokens: 2048")).toBe(true);
    expect(await fits("maxSeqLen: 28800, concurrency: 3, maxNumTokens: 2048")).toBe(false);
  });

  test("fewer replicas of it, where each has a card for itself", async () => {
    const { unplaced } = await between(
      "[{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]",
      "Qwen/Qwen2-7B, tp: 1, pp: 1, replicas: 3, exclusive: true, maxSeqLen: 4k, concurrency: 12",
      "Qwen/Qwen2-7B, tp: 1, pp: 1, exclusive: true, maxSeqLen: 4k",
    );
    expect(unplaced[0]?.remedies).toContainEqual({
      text: "Run 2 replicas of first instead of 3.",
      change: { others: { first: expect.objectContaining({ replicas: 2 }) } },
      verified: true,
    });
  });
});
