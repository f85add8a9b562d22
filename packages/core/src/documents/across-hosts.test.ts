import { describe, expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = async (text: string): Promise<PlanDocument> =>
  planFleet({ file: "f", fleet: parseFleetFile("f", text) });

const hosts = (more = ""): string => `hosts:
  - { name: one, ${more} gpus: [{ gpu: h100-sxm-80gb, count: 4 }] }
  - { name: two, ${more} gpus: [{ gpu: h100-sxm-80gb, count: 4 }] }
models:
`;
/** 405 GB in fp8: more than the 316 GiB of one host, less than the 633 GiB of both. */
const big = (more: string): string =>
  `  - { name: big, model: meta-llama/Llama-3.1-405B, quantization: fp8, maxSeqLen: 4k, tp: 4, pp: [1, 2], ${more} }\n`;
const hostOf = (id: string): string => id.split(":")[0] ?? "";

describe("a model that no host can hold", () => {
  test("goes on two hosts where it asks for that, each tensor parallel group on one", async () => {
    const both = await plan(
      `${hosts()}${big("acrossHosts: true")}  - { name: s, model: Qwen/Qwen2.5-0.5B }\n`,
    );
    expect(both).toMatchObject({ status: "optimal", unplaced: [] });
    const deployment = both.deployments.find(({ model }) => model === "big");
    expect(deployment).toMatchObject({ tp: 4, pp: 2, acrossHosts: true });
    expect(deployment?.gpus.map(hostOf)).toEqual([
      ...["one", "one", "one", "one"],
      ...["two", "two", "two", "two"],
    ]);
    expect(deployment?.ranks.map(({ gpu }) => gpu)).toEqual(deployment?.gpus);
    expect(verifyPlan(both)).toEqual([]);
    // 6 pairs of near cards (1) in each of two groups, twice; 4 ranks hand on to the other host (3)
    const links = both.objective.terms.find(({ id }) => id === "links");
    expect(links).toMatchObject({ value: 2 * 6 * 2 + 4 * 3, bound: 36 });
  });

  test("stays on one by default, and may be let on several as a remedy that works", async () => {
    const { unplaced } = await plan(hosts() + big(""));
    const remedy = unplaced[0]?.remedies.find(({ change }) => "acrossHosts" in change);
    expect(remedy).toMatchObject({ change: { acrossHosts: true }, verified: true });
    expect(remedy?.text).toBe(
      "Let its pipeline stages be on several hosts: tensor parallel 4, pipeline parallel 2, on one:0, one:1, one:2, one:3, two:0, two:1, two:2, two:3.",
    );
  });

  test.each([
    { memory: "500 GiB", isPlaced: true },
    // each host has to have what the whole replica takes
    { memory: "100 GiB", isPlaced: false },
  ])("each host loads it: $memory", async ({ memory, isPlaced }) => {
    const { unplaced } = await plan(hosts(`memory: ${memory},`) + big("acrossHosts: true"));
    expect(
      unplaced.map(({ reasons }) => reasons.some(({ code }) => code === "host-memory-short")),
    ).toEqual(isPlaced ? [] : [true]);
  });
});

describe("the checker", () => {
  test("knows who may span hosts, and that a group never does", async () => {
    const good = await plan(hosts() + big("acrossHosts: true"));
    const changed = (change: (own: PlanDocument["deployments"][number]) => object): string =>
      verifyPlan({
        ...good,
        deployments: good.deployments.map((own) => ({ ...own, ...change(own) })),
      }).join("; ");
    expect(changed(() => ({ acrossHosts: false }))).toBe("big#0 is on 2 hosts");
    const shuffled = changed(({ gpus }) => ({
      gpus: gpus.map((_, i) => gpus[(i + 1) % gpus.length] ?? ""),
    }));
    expect(shuffled).toContain("big#0 has a tensor parallel group over one:1, one:2, one:3, two:0");
    expect(shuffled).toContain("which are on several hosts");
  });
});

test.each([
  [
    "engine: llama.cpp, model: Qwen/Qwen2.5-0.5B",
    "",
    /models\[0\]\.acrossHosts: expected false for llama\.cpp/,
  ],
  ["model: Qwen/Qwen2.5-0.5B, replicas: 5", "", /expected false on fleets of more than 64 cards/],
])("%s is refused in a sentence", async (model, _, problem) => {
  const text = `${hosts()}  - { name: a, ${model}, acrossHosts: true }\n`;
  await expect(plan(text)).rejects.toThrow(problem);
});

test("two equal hosts serve other models as before", async () => {
  const others = "  - { name: s, model: Qwen/Qwen2-7B, replicas: 2, spread: host }\n";
  const own = await plan(`${hosts()}${big("acrossHosts: true, concurrency: 2")}${others}`);
  expect(own.unplaced).toEqual([]);
  const spread = own.deployments.filter(({ model }) => model === "s");
  expect(new Set(spread.flatMap(({ gpus }) => gpus.map(hostOf)))).toEqual(new Set(["one", "two"]));
});
