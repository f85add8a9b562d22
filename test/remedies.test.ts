import { type FleetFile, type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";

/** Fleets in which one model has no place, each for another reason. */
const FLEETS: Readonly<Record<string, string>> = {
  "too large in 16 bits": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B }]`,
  "too large at any precision": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]
models: [{ name: a, model: deepseek-ai/DeepSeek-V3, quantization: auto, tp: 4, pp: 1, maxSeqLen: 4k }]`,
  "a precision without kernels": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, quantization: fp8 }]`,
  "every card exclusive to another": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]
models:
  - { name: own, model: Qwen/Qwen2-7B, exclusive: true, replicas: 2, tp: 1, pp: 1, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, maxSeqLen: 2k }`,
  "kept apart on the only card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: first, model: Qwen/Qwen2.5-1.5B, priority: 1, maxSeqLen: 2k }
  - { name: a, model: Qwen/Qwen2.5-0.5B, notWith: [first], maxSeqLen: 2k }`,
  "pinned to a card that is full": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 2 }] }]
models:
  - { name: first, model: Qwen/Qwen2-7B, gpus: "box:0", priority: 1, maxSeqLen: 4k, concurrency: 12 }
  - { name: a, model: Qwen/Qwen2.5-1.5B, gpus: "box:0", maxSeqLen: 4k, concurrency: 12 }`,
  "more replicas than cards": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: 3 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-0.5B, replicas: 5, tp: 1, pp: 1 }]`,
  "sequences too long for the card": `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: meta-llama/Llama-3.1-8B, tp: 1, pp: 1, maxSeqLen: 128k, maxNumTokens: 8k }]`,
  "twelve cards that are taken": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 4 }] }]
models:
  - { name: own, model: Qwen/Qwen2-7B, exclusive: true, replicas: 4, tp: 1, pp: 1, priority: 1 }
  - { name: a, model: Qwen/Qwen2-7B, tp: 1, pp: 1, exclusive: true }`,
  "a layout that the heads forbid": `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 4 }] }]
models: [{ name: a, model: Qwen/Qwen2-7B, tp: 3, pp: 1 }]`,
};

const plan = (fleet: FleetFile): Promise<PlanDocument> => planFleet({ file: "fleet.yaml", fleet });

type Change = Readonly<Record<string, unknown>>;

interface Added {
  readonly host: string;
  readonly gpu: string;
  readonly count: number;
}

/** Does by hand what a remedy says: keys of the model, keys of others, cards to add. */
function applied(fleet: FleetFile, model: string, change: Change): FleetFile {
  const { others = {}, addGpus = [], ...own } = change;
  const changes: Readonly<Record<string, Change>> = {
    ...(others as Readonly<Record<string, Change>>),
    [model]: own,
  };
  const models = fleet.models.map((each) => {
    const entries = Object.entries({ ...each, ...changes[each.name] }).filter(
      ([, value]) => value !== null,
    );
    return Object.fromEntries(entries) as unknown as FleetFile["models"][number];
  });
  const hosts = new Map((fleet.hosts ?? []).map((host) => [host.name, host.gpus]));
  for (const { host, gpu, count } of addGpus as readonly Added[]) {
    hosts.set(host, [...(hosts.get(host) ?? []), { gpu, count }]);
  }
  return { ...fleet, hosts: [...hosts].map(([name, gpus]) => ({ name, gpus })), models };
}

describe.each(Object.entries(FLEETS))("%s", async (_, yaml) => {
  const fleet = parseFleetFile("fleet.yaml", yaml);
  const { unplaced, deployments } = await plan(fleet);
  const [refused] = unplaced;

  test("is said with a reason that has a sentence of its own", () => {
    expect(unplaced.map(({ model }) => model)).toEqual(["a"]);
    expect(refused?.reasons.length).toBeGreaterThan(0);
    for (const { text } of refused?.reasons ?? []) {
      expect(text).not.toMatch(/undefined|NaN|, ,|beside {2}|Infinity/);
    }
  });

  test("has remedies, and each works when it is done by hand", async () => {
    expect(refused?.remedies.length).toBeGreaterThan(0);
    for (const { text, change, verified } of refused?.remedies ?? []) {
      expect(verified).toBe(true);
      const again = await plan(applied(fleet, "a", change));
      expect(again.unplaced, text).toEqual([]);
      expect(text).not.toMatch(/parallel 0/);
    }
  });

  test("claims no shortage that one of its own remedies refutes", () => {
    const short = refused?.reasons.find(({ code }) => code === "fleet-short") as
      | { quantization?: string }
      | undefined;
    const inSettings =
      refused?.remedies.filter(
        ({ change }) =>
          !("addGpus" in change) &&
          !("maxSeqLen" in change) &&
          !("concurrency" in change) &&
          !("kvCacheDtype" in change),
      ) ?? [];
    const refuting = inSettings.filter(
      ({ change }) => short !== undefined && !("quantization" in change) && !("tp" in change),
    );
    expect(refuting).toEqual([]);
  });

  test("leaves the others where they were", () => {
    expect(deployments.every(({ model }) => model !== "a")).toBe(true);
  });
});

test.each([
  ["every card exclusive to another", "in-the-way"],
  ["kept apart on the only card", "in-the-way"],
  ["pinned to a card that is full", "in-the-way"],
  ["more replicas than cards", "replicas-need-cards"],
  ["too large at any precision", "fleet-short"],
  ["a precision without kernels", "precision-unsupported"],
  ["a layout that the heads forbid", "tp-divides-heads"],
])("%s is called by its name: %s", async (name, code) => {
  const { unplaced } = await plan(parseFleetFile("fleet.yaml", FLEETS[name] ?? ""));
  const codes = unplaced[0]?.reasons.map((reason) => reason.code);
  expect(codes?.filter((each) => each !== "conflict")[0]).toBe(code);
});
