import { describe, expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import { moveVerdict } from "./move-verdict.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";

const HOSTS =
  "hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }, { gpu: rtx-4090, count: 2 }] }]";

async function planned(models: string): Promise<PlanDocument> {
  const fleet = parseFleetFile("fleet.yaml", `${HOSTS}\nmodels: ${models}`);
  const plan = await planFleet({ file: "fleet.yaml", fleet });
  expect(plan.unplaced).toEqual([]);
  return plan;
}

const pinned = (name: string, card: string, more = "") =>
  `{ name: ${name}, model: Qwen/Qwen2-7B, maxSeqLen: 2k, tp: 1, pp: 1, gpus: "${card}"${more} }`;
const to = (model: string, card: string) => ({ model, replica: 0, rank: 0, to: card });

describe("a rank beside others", () => {
  test("on an empty card, on its own, and beside one as large", async () => {
    const plan = await planned(`[${pinned("a", "box:0")}, ${pinned("b", "box:1")}]`);
    expect(moveVerdict(plan, to("a", "box:0"))?.fits).toBe("here");
    expect(moveVerdict(plan, to("a", "box:2"))?.fits).toBe("fits");
    expect(moveVerdict(plan, to("a", "box:1"))).toMatchObject({
      fits: "room",
      text: expect.stringMatching(/^Others must make room: it takes at least \d+\.\d\d GiB/),
    });
  });

  test("with fewer sequences where that is what the card has", async () => {
    const plan = await planned(
      `[${pinned("a", "box:0", ", concurrency: { least: 1, want: 16 }")}, { name: b, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2k, gpus: "box:1", concurrency: 220 }]`,
    );
    const free = plan.gpus[1]?.freeBytes ?? 0;
    const rank = plan.deployments.find(({ model }) => model === "a")?.ranks[0];
    const planless = { ...plan, gpus: plan.gpus.map((gpu) => ({ ...gpu, freeBytes: free })) };
    const need =
      (rank?.terms.reduce((sum, term) => sum + term.plannedBytes, 0) ?? 0) +
      (rank?.kv.budgetBytes ?? 0);
    const tight = {
      ...planless,
      gpus: planless.gpus.map((gpu) =>
        gpu.id === "box:1" ? { ...gpu, freeBytes: need - 1 } : gpu,
      ),
    };
    expect(moveVerdict(tight, to("a", "box:1"))?.fits).toBe("smaller");
  });

  test("what does not go into the card's memory at all", async () => {
    const plan = await planned(`[${pinned("a", "box:0")}]`);
    const tiny = {
      ...plan,
      gpus: plan.gpus.map((gpu) =>
        gpu.id === "box:1" ? { ...gpu, memoryBytes: 2 ** 30, freeBytes: 2 ** 30 } : gpu,
      ),
    };
    expect(moveVerdict(tiny, to("a", "box:1"))).toMatchObject({
      fits: "no",
      text: expect.stringContaining("box:1 has 1.00 GiB for engines"),
    });
  });
});

describe("rules", () => {
  test.each([
    ["apart", ", notWith: [b]", "a and b may not share a card."],
    ["exclusive", ", exclusive: true", "a and b may not share a card."],
  ])("%s", async (_, more, text) => {
    const plan = await planned(`[${pinned("a", "box:0", more)}, ${pinned("b", "box:1")}]`);
    expect(moveVerdict(plan, to("a", "box:1"))).toEqual({ fits: "no", text });
  });

  test("a tensor parallel group stays on one kind of card, and one rank a card", async () => {
    const plan = await planned(
      "[{ name: a, model: Qwen/Qwen2-7B, tp: 2, pp: 1, maxSeqLen: 2k, gpus: rtx-3090 }]",
    );
    const other = plan.deployments[0]?.gpus[1] ?? "";
    expect(moveVerdict(plan, to("a", other))?.text).toBe(`Another rank of a is on ${other}.`);
    expect(moveVerdict(plan, to("a", "box:2"))?.text).toContain(
      "would mix GeForce RTX 3090 and GeForce RTX 4090",
    );
  });

  test("what the plan does not have has no verdict", async () => {
    const plan = await planned(`[${pinned("a", "box:0")}]`);
    expect(moveVerdict(plan, to("z", "box:0"))).toBeUndefined();
    expect(moveVerdict(plan, to("a", "box:9"))).toBeUndefined();
  });
});

test("where it says that a rank fits as it is, the solver places it there", async () => {
  const plan = await planned(`[${pinned("a", "box:0")}, ${pinned("b", "box:1")}]`);
  expect(moveVerdict(plan, to("a", "box:3"))?.fits).toBe("fits");
  const moved = await planned(`[${pinned("a", "box:3")}, ${pinned("b", "box:1")}]`);
  expect(moved.objective.value).toBe(plan.objective.value);
});
