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
