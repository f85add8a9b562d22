import { describe, expect, test } from "vitest";
import { InputError } from "../report/errors.ts";
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
