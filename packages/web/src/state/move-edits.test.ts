import { parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";
import { pinMoved, pinTo } from "./move-edits.ts";

const FLEET = `hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 12 }] }]
models:
  - { name: wide, model: Qwen/Qwen2-7B, tp: 2, pp: 1, maxSeqLen: 2k, gpus: ["box:2", "box:10"] }
  - { name: small, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k }
`;

const read = (text: string) => parseFleetFile("fleet.yaml", text);

describe("a move pins", () => {
  test("the rank to its new card and the others to where they are, in the order of cards", async () => {
    const plan = await planFleet({ file: "fleet.yaml", fleet: read(FLEET) });
    const wide = plan.deployments.find(({ model }) => model === "wide");
    const rank = wide?.ranks.find(({ gpu }) => gpu === "box:2")?.rank ?? -1;
    const moved = pinMoved(FLEET, plan, { model: "wide", replica: 0, rank, to: "box:9" });
    expect(read(moved).models[0]?.gpus).toEqual(["box:9", "box:10"]);
    const again = await planFleet({ file: "fleet.yaml", fleet: read(moved) });
    expect(again.deployments.find(({ model }) => model === "wide")?.gpus.toSorted()).toEqual([
      "box:10",
      "box:9",
    ]);
  });

  test("and nothing else changes", async () => {
    const pinned = pinTo(FLEET, "small", ["box:3"]);
    expect(read(pinned).models[1]?.gpus).toEqual(["box:3"]);
    expect(read(pinTo(pinned, "small", []))).toEqual(read(FLEET));
  });
});
