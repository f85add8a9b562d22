import { parseFleetFile, planFleet } from "@berth/core";
import { expect, test } from "vitest";
import { cardSegments, ranksByCard } from "./segments.ts";

const FLEET = `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
policy: { reserve: 1 GiB }
models:
  - { name: a, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }
  - { name: b, model: Qwen/Qwen2-7B, maxSeqLen: 2k }`;

test("the parts of a card fill it without a gap, and say what the plan says", async () => {
  const plan = await planFleet({ file: "f", fleet: parseFleetFile("f", FLEET) });
  const ranks = ranksByCard(plan);
  for (const gpu of plan.gpus) {
    const segments = cardSegments(gpu, ranks.get(gpu.id) ?? []);
    let end = 0;
    for (const { startBytes, bytes } of segments) {
      expect(startBytes).toBe(end);
      end += bytes;
    }
    expect(end).toBe(gpu.memoryBytes);
    const sum = (kinds: readonly string[]) =>
      segments
        .filter(({ kind }) => kinds.includes(kind))
        .reduce((all, { bytes }) => all + bytes, 0);
    expect(sum(["term", "kv"])).toBe(gpu.plannedBytes);
    expect(sum(["free"])).toBe(gpu.freeBytes);
    expect(sum(["reserve"])).toBe(gpu.reserveBytes);
    expect(new Set(segments.map(({ key }) => key)).size).toBe(segments.length);
    expect(segments.every(({ likelyBytes, bytes }) => likelyBytes <= bytes)).toBe(true);
  }
});
