import { expect, test } from "vitest";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { mostCarried } from "./verify-losses.ts";
import { verifyPlan } from "./verify-plan.ts";

const FLEET = `
hosts:
  - { name: one, gpus: [{ gpu: rtx-4090, count: 3 }] }
  - { name: two, gpus: [{ gpu: rtx-3090, count: 2 }] }
policy: { survive: gpu }
models:
  - { name: card, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, concurrency: 6 }
  - { name: host, model: Qwen/Qwen2.5-1.5B, tp: 1, pp: 1, concurrency: 5, replicas: 4, survive: host }
  - { name: alone, model: Qwen/Qwen2.5-0.5B, tp: 1, pp: 1, survive: none }`;

const plan = await planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", FLEET) });

const of = (model: string): readonly PlanDeployment[] =>
  plan.deployments.filter((one) => one.model === model);

/** What replicas of the model hold that are on none of these cards. */
function heldWithout(model: string, gone: readonly string[]): number {
  return of(model)
    .filter(({ gpus }) => !gpus.some((id) => gone.includes(id)))
    .reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
}

test("a model has the replicas that it takes to outlive a loss", () => {
  const counts = ["card", "host", "alone"].map((model) => of(model).length);
  expect(counts).toEqual([2, 4, 1]);
  // each of two replicas holds all 6; of four on two hosts, two hold 5 together: 3 each
  expect(of("card").map(({ concurrentSequences }) => concurrentSequences)).toEqual([6, 6]);
  expect(of("host").map(({ concurrentSequences }) => concurrentSequences)).toEqual([3, 3, 3, 3]);
  expect(of("alone")[0]?.survives).toBeUndefined();
});

test.each(plan.gpus.map(({ id }) => id))("without %s all that outlive it answer", (id) => {
  expect(heldWithout("card", [id])).toBeGreaterThanOrEqual(6);
});

test.each(["one", "two"])("without %s the model that outlives a host answers", (name) => {
  const gone = plan.gpus.filter(({ host }) => host === name).map(({ id }) => id);
  expect(heldWithout("host", gone)).toBeGreaterThanOrEqual(5);
});

function changed(model: string, change: (one: PlanDeployment) => PlanDeployment): PlanDocument {
  return {
    ...plan,
    deployments: plan.deployments.map((one) => (one.model === model ? change(one) : one)),
  };
}

test("the checker loses each card and host in turn", () => {
  expect(verifyPlan(plan)).toEqual([]);
  const more = changed("card", (one) => ({
    ...one,
    survives: { loss: "gpu", leastSequences: 7 },
  }));
  expect(verifyPlan(more)).toEqual(
    of("card")
      .flatMap(({ gpus }) => gpus)
      .sort()
      .map((id) => `without ${id}, card holds 6 sequences instead of 7`),
  );
  const onHost = changed("card", (one) => ({
    ...one,
    survives: { loss: "host", leastSequences: 6 },
  }));
  const hosts = new Set(of("card").map(({ gpus }) => gpus[0]?.split(":")[0]));
  expect(verifyPlan(onHost)).toHaveLength(hosts.size === 1 ? 1 : 0);
});

test("the rate is to be carried by those that are left, as a router shares it out", () => {
  const rated = (most: number, within: number): PlanDocument =>
    changed("card", (one) => ({
      ...one,
      survives: { loss: "gpu", leastSequences: 6, requestsPerSecond: 3 },
      serves: { mostRequestsPerSecond: most, withinTargetsPerSecond: within },
    }));
  expect(verifyPlan(rated(4, 3))).toEqual([]);
  expect(verifyPlan(rated(4, 2))).toContain(
    `without ${of("card")[0]?.gpus[0]}, card carries 2 requests a second instead of 3`,
  );
  // the slow one gets a third of what comes and meets its target up to half of what it serves; together they may do so for longer, but
  // not for longer than the other one: 3/4 of 6. Each of several targets may be met by another one: 6
  const pair = [
    { serves: { mostRequestsPerSecond: 4, withinTargetsPerSecond: 3 } },
    { serves: { mostRequestsPerSecond: 2, withinTargetsPerSecond: 1 } },
  ];
  expect([1, 2].map((targets) => mostCarried(pair, targets))).toEqual([4.5, 6]);
  expect(mostCarried(pair.slice(1), 2)).toBe(1);
});
