import { describe, expect, test } from "vitest";
import { InputError } from "../report/errors.ts";
import { explainPlan } from "./explain.ts";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = async (text: string): Promise<PlanDocument> =>
  planFleet({ file: "f", fleet: parseFleetFile("f", text) });

const TWO_HOSTS =
  "hosts: [{ name: a, gpus: [{ gpu: rtx-4090, count: 2 }] }, { name: b, gpus: [{ gpu: rtx-4090, count: 2 }] }]\n";
const small = (more: string) =>
  `models: [{ name: m, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2048, ${more} }]`;

describe("spread: host", () => {
  test("replicas go on different hosts, and the checker sees it when they don't", async () => {
    const spread = await plan(TWO_HOSTS + small("replicas: 2, spread: host"));
    const hosts = spread.deployments.map(({ gpus }) => gpus[0]?.split(":")[0]);
    expect(new Set(hosts)).toEqual(new Set(["a", "b"]));
    expect(verifyPlan(spread)).toEqual([]);
    const together = {
      ...spread,
      gpus: spread.gpus.map((gpu) => ({ ...gpu, host: "a" })),
    };
    expect(verifyPlan(together)).toContain("m#0 is on the host of m#1");
  });

  test("without it they may share a host", async () => {
    const one = "hosts: [{ name: a, gpus: [{ gpu: rtx-4090, count: 2 }] }]\n";
    expect((await plan(one + small("replicas: 2"))).deployments).toHaveLength(2);
  });

  test("more replicas than hosts: said, with a remedy that works", async () => {
    const { status, unplaced } = await plan(TWO_HOSTS + small("replicas: 3, spread: host"));
    expect(status).toBe("infeasible");
    const texts = unplaced[0]?.reasons.map(({ text }) => text);
    expect(texts).toContain(
      "3 replicas, each on a host of its own, need 3 hosts; 2 have room for one.",
    );
    expect(unplaced[0]?.reasons[0]?.text).toContain("each replica on a host of its own");
    expect(unplaced[0]?.remedies).toContainEqual({
      text: expect.stringContaining("Let its replicas share a host"),
      change: { spread: null },
      verified: true,
    });
  });

  test.each(["spread: card", "spread: true", "spread: [host]", "spred: host"])(
    "%s is refused in a sentence",
    async (more) => {
      const tried = async () => plan(TWO_HOSTS + small(`replicas: 2, ${more}`));
      await expect(tried()).rejects.toThrow(InputError);
      await expect(tried()).rejects.toThrow(/spre/);
    },
  );
});

describe("powerBudgetW", () => {
  // an RTX 4090 is sold with a limit of 450 W
  const three = (budget: string) =>
    `hosts: [{ name: a, ${budget} gpus: [{ gpu: rtx-4090, count: 3 }] }]\n`;
  const apart = `models: [${["x", "y", "z"]
    .map((name) => `{ name: ${name}, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2048, exclusive: true }`)
    .join(", ")}]`;

  test("the limits of the cards in use stay within it", async () => {
    const plan900 = await plan(three("powerBudgetW: 900,") + apart);
    expect(plan900.deployments).toHaveLength(2);
    expect(plan900.hosts[0]?.power).toMatchObject({ budgetW: 900, plannedW: 900 });
    expect(verifyPlan(plan900)).toEqual([]);
    expect((await plan(three("powerBudgetW: 1350,") + apart)).deployments).toHaveLength(3);
    expect((await plan(three("") + apart)).deployments).toHaveLength(3);
  });

  test("who has no place is told of it", async () => {
    const { unplaced } = await plan(three("powerBudgetW: 899,") + apart);
    expect(unplaced).toHaveLength(2);
    expect(unplaced[0]?.reasons[0]?.text).toContain("a power budget of 899 W on a");
  });

  test("the checker adds up again", async () => {
    const good = await plan(three("powerBudgetW: 1000,") + apart);
    const [host] = good.hosts;
    const power = host?.power ?? { budgetW: 0, plannedW: 0, limitsW: {} };
    const broken = (change: Partial<typeof power>) =>
      verifyPlan({ ...good, hosts: [{ name: "a", gpuCount: 3, power: { ...power, ...change } }] });
    expect(broken({ budgetW: 800 })).toEqual([
      "the cards in use on a may draw 900 W, its budget is 800 W",
    ]);
    expect(broken({ plannedW: 450 })).toEqual(["a says 450 W, its cards in use may draw 900 W"]);
    expect(broken({ limitsW: {} }).join()).toContain("a says no power limit of a:");
    expect(explainPlan(good).numbers.find(({ id }) => id === "power-left")).toMatchObject({
      subject: "a",
      value: 100,
      filled: "1000 - 900",
    });
  });

  test("what nvidia-smi printed stands for the catalogue", async () => {
    const inventory = {
      schema: "berth/inventory@1" as const,
      hosts: [
        {
          name: "a",
          gpus: [0, 1].map((index) => ({ index, catalogId: "rtx-4090", powerLimitW: 299.5 })),
          links: [],
        },
      ],
      warnings: [],
    };
    const fleet = parseFleetFile("f", `hosts: [{ name: a, powerBudgetW: 600 }]\n${apart}`);
    const planned = await planFleet({ file: "f", fleet, inventory });
    expect(planned.hosts[0]?.power).toMatchObject({ plannedW: 600, limitsW: { "a:0": 300 } });
  });

  test.each(["-1", "1.5", "900 W", "[900]", "null", "1e9"])("%s is refused", async (budget) => {
    const tried = async () => plan(three(`powerBudgetW: ${budget},`) + apart);
    await expect(tried()).rejects.toThrow(InputError);
    await expect(tried()).rejects.toThrow(/powerBudgetW/);
  });
});

describe("memory and disk of a host", () => {
  // Qwen2.5-0.5B: 494,032,768 parameters of two bytes, 988,065,536 bytes of files
  const WEIGHTS = 988_065_536;
  const host = (limit: string) =>
    `engine: tensorrt-llm\nhosts: [{ name: a, ${limit} gpus: [{ gpu: rtx-4090, count: 2 }] }]\n`;
  const two = `models: [${["x", "y"]
    .map((name) => `{ name: ${name}, model: Qwen/Qwen2.5-0.5B, maxSeqLen: 2048, replicas: 1 }`)
    .join(", ")}, { name: z, model: Qwen/Qwen2.5-1.5B, maxSeqLen: 2048, priority: -1 }]`;

  test("files of one model are counted once, and the next has no room", async () => {
    const held = await plan(host("disk: 2 GiB,") + two);
    expect(held.deployments.map(({ model }) => model).sort()).toEqual(["x", "y"]);
    expect(held.hosts[0]?.disk).toEqual({ bytes: 2 * 1024 ** 3, plannedBytes: WEIGHTS });
    expect(held.unplaced[0]?.reasons[0]?.text).toContain("2.00 GiB of disk on a");
    expect((await plan(host("disk: 6 GiB,") + two)).deployments).toHaveLength(3);
  });

  test("an engine loads through no more than the host has", async () => {
    const loaded = await plan(host("memory: 2 GiB,") + two);
    expect(loaded.deployments.map(({ model }) => model).sort()).toEqual(["x", "y"]);
    const largest = Math.max(...loaded.deployments.map(({ loading }) => loading?.bytes ?? 0));
    expect(loaded.hosts[0]?.memory).toEqual({ bytes: 2 * 1024 ** 3, plannedBytes: largest });
    expect(largest).toBeGreaterThanOrEqual(WEIGHTS);
    const texts = loaded.unplaced[0]?.reasons.map(({ text }) => text).join(" ");
    expect(texts).toMatch(/Loading it at bf16 takes .* of host memory on a, which has 2.00 GiB/);
    expect((await plan(host("memory: 6 GiB,") + two)).deployments).toHaveLength(3);
  });

  test("the checker adds up again, and explain shows what is left", async () => {
    const good = await plan(host("memory: 6 GiB, disk: 6 GiB,") + two);
    expect(verifyPlan(good)).toEqual([]);
    const [first] = good.hosts;
    const less = (key: "memory" | "disk") =>
      verifyPlan({
        ...good,
        hosts: first === undefined ? [] : [{ ...first, [key]: { ...first[key], bytes: 1 } }],
      }).join();
    expect(less("memory")).toMatch(/loads through \d+ bytes of a, which has 1/);
    expect(less("disk")).toMatch(/the files on a take \d+ bytes, its disk has 1/);
    const bare = good.deployments.map(({ files: _, loading: __, ...rest }) => rest);
    const problems = verifyPlan({ ...good, deployments: bare }).join();
    expect(problems).toContain("x#0 does not say what its start takes of a");
    expect(problems).toContain("x#0 does not say what files it reads on a");
    const ids = explainPlan(good).numbers.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(["host-memory-left", "disk-left"]));
  });

  test("TensorRT engines are files of one layout", async () => {
    const built = await plan(
      host("disk: 20 GiB,").replace("tensorrt-llm", "tensorrt-llm-engine") + two,
    );
    expect(built.deployments[0]?.files?.id).toMatch(/bf16 tensorrt-llm-engine tp1 pp1/);
    expect(verifyPlan(built)).toEqual([]);
  });

  test.each([
    "memory: 64,",
    "disk: -1 GiB,",
    "disk: lots,",
    "memory: [1 GiB],",
    "disk: 64 tokens,",
  ])("%s is refused", async (limit) => {
    const tried = async () => plan(host(limit) + two);
    await expect(tried()).rejects.toThrow(InputError);
    await expect(tried()).rejects.toThrow(/memory|disk/);
  });
});
