import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, inventoryFromTexts, parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";
import { withoutTime } from "../../../../test/support/without-time.ts";
import { ANSWERS } from "./answers.ts";
import type { Watch } from "./protocol.ts";

const EXAMPLES = join(import.meta.dirname, "../../../../examples");
const text = (name: string) => readFileSync(join(EXAMPLES, name), "utf8");
const WATCH: Watch = {
  signal: { aborted: false },
  onProgress: () => undefined,
  pause: async () => undefined,
};

const WORKSPACE = {
  fleet: text("twelve-cards.yaml"),
  files: [{ name: "inventory/twelve-cards.xml", text: text("inventory/twelve-cards.xml") }],
};

describe("the example of twelve cards", () => {
  test("is planned as core plans it, byte for byte", async () => {
    const file = "fleet.yaml";
    const direct = await planFleet({
      file,
      fleet: parseFleetFile(file, WORKSPACE.fleet),
      inventory: inventoryFromTexts(WORKSPACE.files),
    });
    const answer = await ANSWERS.plan(WORKSPACE, WATCH);
    expect(JSON.stringify(withoutTime(answer))).toBe(JSON.stringify(direct));
  });

  test("its cards are there before there is a plan", () => {
    const cards = ANSWERS.cards(WORKSPACE, WATCH);
    expect(cards).toMatchObject({ missing: [], gpus: Array(12).fill({ plannedBytes: 0 }) });
  });

  test("every number has its law as TeX", async () => {
    const plan = await ANSWERS.plan(WORKSPACE, WATCH);
    const numbers = await ANSWERS.explain({ plan, model: "qwen2-7b" }, WATCH);
    expect(numbers.length).toBeGreaterThan(8);
    expect(numbers.every(({ tex }) => tex.length > 0)).toBe(true);
  });
});

describe("what can't be read", () => {
  test("an inventory that nobody brought", () => {
    expect(() => ANSWERS.cards({ ...WORKSPACE, files: [] }, WATCH)).toThrow(
      "fleet.yaml: inventory: expected a file that was brought here, got inventory/twelve-cards.xml",
    );
  });

  test("models that nobody brought are named", async () => {
    const fleet =
      "hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]\nmodels: [{ name: x, model: no/such }]";
    expect(ANSWERS.cards({ fleet, files: [] }, WATCH)).toMatchObject({ missing: ["no/such"] });
    await expect(async () => ANSWERS.plan({ fleet, files: [] }, WATCH)).rejects.toThrow(InputError);
  });
});

describe("what a plan serves", () => {
  const model = "model: Qwen/Qwen2.5-0.5B-Instruct, maxSeqLen: 2048";
  const hosts = "hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]";
  const asked = async (fleet: string, files: (typeof WORKSPACE)["files"] = []) => {
    const workspace = { fleet, files };
    const plan = await ANSWERS.plan(workspace, WATCH);
    return { workspace, plan, percentiles: [0.5] };
  };

  test("a trace is read where it was brought, and named where it was not", async () => {
    const fleet = `${hosts}\nmodels: [{ name: x, ${model}, workload: { trace: t.csv } }]`;
    const ask = await asked(fleet, [{ name: "t.csv", text: "0,100,20\n2,100,20\n" }]);
    // one more request within two seconds
    expect(await ANSWERS.capacity(ask, WATCH)).toMatchObject({
      models: [{ model: "x", requestsPerSecond: 0.5 }],
    });
    const missing = "trace: expected a trace that was brought here, got t.csv";
    const without = { fleet, files: [] };
    await expect(ANSWERS.capacity({ ...ask, workspace: without }, WATCH)).rejects.toThrow(missing);
    await expect(async () => ANSWERS.plan(without, WATCH)).rejects.toThrow(missing);
  });

  const served = `${hosts}\nmodels: [{ name: x, ${model}, workload: { rate: 1, prompt: 100, output: 50 } }]`;

  test.each(["monteCarlo", "simulation"] as const)("%s ends when it is told to", async (kind) => {
    const ask = { ...(await asked(served)), paths: 10, minutes: 1, seed: 1 };
    const seen: number[] = [];
    const signal = { aborted: false };
    const watch = {
      signal,
      onProgress: ({ done }: { readonly done: number }) => {
        seen.push(done);
        signal.aborted = true;
      },
      pause: async () => undefined,
    };
    await expect(ANSWERS[kind](ask, watch)).rejects.toThrow("cancelled");
    expect(seen.length).toBe(1);
  });

  test("a simulation goes by its seed and its minutes, and lets others speak", async () => {
    const ask = await asked(served);
    let pauses = 0;
    const watch = {
      ...WATCH,
      onProgress: () => undefined,
      pause: async () => {
        pauses += 1;
      },
    };
    const simulated = async (seed: number, minutes: number) => {
      const { models, simulation } = await ANSWERS.simulation({ ...ask, seed, minutes }, watch);
      expect(simulation).toEqual({ seed, minutes });
      return models[0]?.simulated;
    };
    const first = await simulated(1, 2);
    expect(await simulated(1, 2)).toEqual(first);
    expect(await simulated(2, 2)).not.toEqual(first);
    // about 60 requests a minute
    expect(first?.[0]?.requests).toBeGreaterThan(80);
    expect(pauses).toBeGreaterThan(2);
  });

  test("what a trace holds is said, and what is none is refused", async () => {
    const text = "0,100,20\n2,100,0\n3,100,20\n";
    const trace = { requests: 2, skipped: 1, seconds: 3 };
    expect(await ANSWERS.trace({ name: "t.csv", text }, WATCH)).toEqual(trace);
    const broken = { name: "t.csv", text: `${text}soon,1,1\n` };
    await expect(ANSWERS.trace(broken, WATCH)).rejects.toThrow("t.csv: line 4: expected a time");
  });
});

test("the catalogue has models and cards with their sizes", () => {
  const catalog = ANSWERS.catalog(undefined, WATCH);
  expect(catalog).toMatchObject({
    engines: expect.arrayContaining([expect.objectContaining({ id: "vllm" })]),
  });
  const { gpus, models } = catalog as Awaited<typeof catalog>;
  expect(gpus.find(({ id }) => id === "rtx-3090")?.memoryBytes).toBeGreaterThan(23 * 2 ** 30);
  expect(models.every(({ parameters }) => parameters > 0)).toBe(true);
});

describe("a draft that the fleet names", () => {
  const fleet =
    "hosts: [{ name: a, gpus: [{ gpu: rtx-4090 }] }]\nmodels: [{ name: x, model: Qwen/Qwen3-0.6B, draft: own/eagle, engine: vllm, maxSeqLen: 4k }]";
  const config = {
    architectures: ["EAGLE"],
    hidden_size: 1024,
    num_attention_heads: 16,
    num_key_value_heads: 8,
    intermediate_size: 3072,
  };

  test("is missing until its config was brought, and the plan says so by its key", async () => {
    expect(ANSWERS.cards({ fleet, files: [] }, WATCH)).toMatchObject({ missing: ["own/eagle"] });
    await expect(async () => ANSWERS.plan({ fleet, files: [] }, WATCH)).rejects.toThrow(
      /models\[0\]\.draft: own\/eagle: neither a model of the catalogue nor among the files/,
    );
  });

  test("is in the plan once it was", async () => {
    const files = [{ name: "own/eagle/config.json", text: JSON.stringify(config) }];
    expect(ANSWERS.cards({ fleet, files }, WATCH)).toMatchObject({ missing: [] });
    const plan = await ANSWERS.plan({ fleet, files }, WATCH);
    expect(plan.deployments[0]?.draft).toEqual({ source: "own/eagle", method: "eagle" });
  });
});
