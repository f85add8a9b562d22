import { describe, expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";

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
