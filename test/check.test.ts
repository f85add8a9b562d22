/** Whether a plan still holds: nothing changed is a yes, and each change by itself is found with its numbers. */
import { type InventoryDocument, type PlanDocument, parseFleetFile, planFleet } from "@berth/core";
import { checkPlan } from "@berth/core/verify";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";

type Host = InventoryDocument["hosts"][number];
type Card = Host["gpus"][number];

const card = (index: number): Card => ({
  index,
  uuid: `GPU-${index}`,
  name: "NVIDIA GeForce RTX 4090",
  catalogId: "rtx-4090",
  memoryTotalMiB: 24_564,
  memoryReservedMiB: 472,
  memoryUsedMiB: 100,
  memoryFreeMiB: 23_992,
  computeCapability: "8.9",
  hasEcc: false,
  processes: [],
});

const HOST: Host = {
  name: "box1",
  driverVersion: "580.65.06",
  cudaVersion: "13.0",
  gpus: [card(0), card(1), card(2)],
  links: [
    { a: 0, b: 1, kind: "PHB", peerToPeer: true },
    { a: 0, b: 2, kind: "PHB", peerToPeer: true },
    { a: 1, b: 2, kind: "PHB", peerToPeer: true },
  ],
};

const FLEET = `models:
  - { name: pair, model: meta-llama/Llama-3.2-3B, tp: 2, maxSeqLen: 4096, concurrency: 4, gpus: [box1:0, box1:1] }
  - { name: small, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, concurrency: 4, engine: vllm, gpus: [box1:0] }
`;

const inventory = (hosts: readonly Host[]): InventoryDocument => ({
  schema: "berth/inventory@1",
  hosts,
  warnings: [],
});

/** The host with one card changed. */
const withCard = (index: number, change: Partial<Card>): Host => ({
  ...HOST,
  gpus: HOST.gpus.map((gpu) => (gpu.index === index ? { ...gpu, ...change } : gpu)),
});

let plan: PlanDocument;
beforeAll(async () => {
  plan = await planFleet({
    file: "f",
    fleet: parseFleetFile("f", FLEET),
    inventory: inventory([HOST]),
  });
});

const texts = (host: Host): readonly string[] =>
  checkPlan(plan, inventory([host])).problems.map(({ text }) => text);
const notes = (host: Host): readonly string[] =>
  checkPlan(plan, inventory([host])).notes.map(({ text }) => text);

test("the inventory that it was made from, under any name", () => {
  expect(checkPlan(plan, inventory([HOST]))).toEqual({
    schema: "berth/check@1",
    holds: true,
    problems: [],
    notes: [],
  });
  expect(texts({ ...HOST, name: "renamed" })).toEqual([]);
});

describe("what breaks it", () => {
  test("a card that is gone, swapped or moved, by UUID", () => {
    expect(texts({ ...HOST, gpus: [card(0), card(2)] })).toEqual(["box1:1 (GPU-1) is gone"]);
    expect(texts(withCard(1, { uuid: "GPU-new" }))).toEqual([
      "box1:1 is another card: GPU-new instead of GPU-1",
    ]);
    expect(
      texts({ ...HOST, gpus: [{ ...card(0), index: 1 }, { ...card(1), index: 0 }, card(2)] }),
    ).toEqual(["box1:0 (GPU-0) is now box1:1", "box1:1 (GPU-1) is now box1:0"]);
  });

  test("another model of card, less memory, MIG, a lost card, a host that is not there", () => {
    const other = withCard(1, { name: "NVIDIA GeForce RTX 3090", catalogId: "rtx-3090" });
    expect(texts(other)).toEqual([
      "box1:1 is a NVIDIA GeForce RTX 3090, and a NVIDIA GeForce RTX 4090 is planned".replace(
        "a NVIDIA GeForce RTX 4090",
        `a ${plan.gpus[1]?.name}`,
      ),
    ]);
    // 24564 - 1472 MiB are 22.55 GiB
    expect(texts(withCard(1, { memoryReservedMiB: 1472 }))[0]).toBe(
      "box1:1 has 22.55 GiB that CUDA sees, 23.53 GiB are planned",
    );
    expect(texts(withCard(1, { migEnabled: true }))).toEqual([
      "box1:1 is cut into MIG devices now",
    ]);
    expect(texts(withCard(1, { isLost: true }))).toEqual([
      "box1:1 is lost: nvidia-smi can't reach it",
    ]);
    const two = inventory([
      { ...HOST, name: "a", gpus: [] },
      { ...HOST, name: "b", gpus: [] },
    ]);
    expect(checkPlan(plan, two).problems.map(({ code }) => code)).toEqual(["host-missing"]);
  });

  test("a new process: who, how much, and which engines then get less", () => {
    const busy = withCard(0, {
      memoryUsedMiB: 2100,
      processes: [{ pid: 4711, name: "/usr/bin/blender", usedMiB: 2000 }],
    });
    const { problems } = checkPlan(plan, inventory([busy]));
    expect(problems[0]).toMatchObject({
      code: "others-hold-more",
      gpu: "box1:0",
      plannedBytes: 100 * 2 ** 20,
      foundBytes: 2100 * 2 ** 20,
      processes: ["4711 /usr/bin/blender (2000 MiB)"],
    });
    const short = problems.filter(({ code }) => code === "kv-short");
    expect(short.map(({ text }) => text)[0]).toMatch(
      /^pair would have a KV cache of [\d,]+ tokens with what is free now, 16,384 are planned$/,
    );
  });

  test("an older driver, another branch of it, an older CUDA", () => {
    expect(texts({ ...HOST, driverVersion: "580.60" })).toEqual([
      "box1 has driver 580.60, and 580.65.06 when the plan was made",
    ]);
    expect(texts({ ...HOST, driverVersion: "590.1" })).toHaveLength(1);
    expect(texts({ ...HOST, cudaVersion: "12.9" })).toEqual([
      "box1's driver serves CUDA 12.9, and 13.0 when the plan was made",
    ]);
  });

  test("peer-to-peer that is not there any more", () => {
    const needs = {
      ...plan,
      deployments: plan.deployments.map((one) => ({ ...one, hasPeerToPeer: true })),
    };
    const links = HOST.links.map((link) => ({ ...link, peerToPeer: false }));
    expect(checkPlan(needs, inventory([{ ...HOST, links }])).problems).toMatchObject([
      { code: "peer-to-peer-lost", engine: "pair", gpus: ["box1:0", "box1:1"] },
    ]);
    expect(checkPlan(needs, inventory([{ ...HOST, links: [] }]))).toMatchObject({
      holds: true,
      notes: [{ code: "links-unknown" }],
    });
  });
});

describe("what does not", () => {
  test("the plan's own engines, running", () => {
    const running = withCard(0, {
      memoryUsedMiB: 11_100,
      processes: [
        { pid: 1, name: "/usr/bin/python3", usedMiB: 5500 },
        { pid: 2, name: "VLLM::EngineCore", usedMiB: 5500 },
      ],
    });
    const { problems } = checkPlan(plan, inventory([running]));
    expect(problems).toEqual([]);
  });

  test("a card that the plan does not use, a few MiB more, a newer driver of the branch, ECC by itself", () => {
    expect(texts({ ...HOST, gpus: [card(0), card(1)] })).toEqual([]);
    expect(texts(withCard(0, { memoryUsedMiB: 150 }))).toEqual([]);
    const newer = { ...HOST, driverVersion: "580.159.03", cudaVersion: "13.1" };
    expect([texts(newer), notes(newer).length]).toEqual([[], 2]);
    expect(notes(withCard(0, { hasEcc: true }))).toEqual([
      "box1:0 has ECC switched on since the plan was made",
    ]);
  });

  test("what nvidia-smi does not say is a note", () => {
    const silent = withCard(0, { processes: [{ pid: 1, name: "python3" }] });
    expect(notes(silent)).toEqual([
      "box1:0: nvidia-smi does not say what processes hold, so what others hold is not known",
    ]);
  });
});

test("the more others hold, the fewer engines are as planned", () => {
  const broken = (mib: number): number =>
    checkPlan(plan, inventory([withCard(0, { memoryUsedMiB: mib })])).problems.length;
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 24_000 }),
      fc.integer({ min: 0, max: 24_000 }),
      (a, b) => {
        expect(broken(Math.min(a, b))).toBeLessThanOrEqual(broken(Math.max(a, b)));
      },
    ),
    { numRuns: 60 },
  );
  expect(broken(24_000)).toBeGreaterThanOrEqual(3);
});
