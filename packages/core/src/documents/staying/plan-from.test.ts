import { describe, expect, test } from "vitest";
import { parseFleetFile } from "../fleet-file.ts";
import type { PlanDocument } from "../plan-document.ts";
import { planFleet } from "../plan-fleet.ts";
import { verifyPlan } from "../verify-plan.ts";
import { planFrom } from "./plan-from.ts";
import { verifyTransition } from "./verify-transition.ts";

const input = (yaml: string) => ({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml) });

const host = (count: number): string =>
  `hosts: [{ name: box, gpus: [{ gpu: rtx-4090, count: ${count} }] }]\nmodels:\n`;
const small = (name: string, more = ""): string =>
  `  - { name: ${name}, model: Qwen/Qwen2.5-0.5B, concurrency: 4${more} }\n`;
const large = (name: string, more = ""): string =>
  `  - { name: ${name}, model: meta-llama/Llama-3.2-3B, tp: 1, pp: 1, concurrency: { least: 1, want: 8 }${more} }\n`;

interface Change {
  readonly from: string;
  readonly to: string;
  readonly moveCost?: number;
}

async function change({ from, to, moveCost }: Change) {
  const old = await planFleet(input(from));
  const plan = await planFrom({
    ...input(to),
    from: old,
    ...(moveCost === undefined ? {} : { moveCost }),
  });
  expect([...verifyPlan(plan), ...verifyTransition(old, plan)]).toEqual([]);
  return { old, plan, steps: stepsOf(plan) };
}

function stepsOf({ transition }: PlanDocument): readonly string[] {
  return (transition?.steps ?? []).map(
    ({ action, model, replica, gpus }) => `${action} ${model}#${replica} ${gpus.join()}`,
  );
}

function placesOf({ deployments }: PlanDocument): ReadonlyMap<string, string> {
  return new Map(
    deployments.map(({ model, replica, gpus }) => [`${model}#${replica}`, gpus.join()]),
  );
}

test("the same fleet changes nothing", async () => {
  const fleet = host(3) + large("a") + large("b") + small("c", ", replicas: 2");
  const { old, plan, steps } = await change({ from: fleet, to: fleet });
  expect(steps).toEqual([]);
  expect(plan.deployments).toEqual(old.deployments);
  expect(plan.status).toBe(old.status);
  expect(plan.objective).toEqual(old.objective);
});

test("replicas that hold more together than is wanted count as the solver counts them", async () => {
  const fleet = `${host(3)}  - { name: a, model: Qwen/Qwen2.5-0.5B, concurrency: { least: 2, want: 3 }, survive: gpu }\n`;
  const { old, plan } = await change({ from: fleet, to: fleet });
  expect(old.status).toBe("optimal");
  expect(plan.status).toBe("optimal");
  expect(plan.objective).toEqual(old.objective);
});

test("a small model that fits beside the others moves nobody", async () => {
  const from = host(2) + large("a") + large("b");
  const { old, plan, steps } = await change({ from, to: from + small("c") });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatch(/^start c#0/);
  expect([...placesOf(plan)].filter(([name]) => !name.startsWith("c"))).toEqual([...placesOf(old)]);
});

test("what is taken out of the fleet file is stopped, and nothing else happens", async () => {
  const rest = host(2) + large("a") + small("c");
  const { plan, steps } = await change({ from: rest + large("b"), to: rest });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatch(/^stop b#0/);
  expect(plan.transition?.steps[0]?.why).toBe("is not in the plan any more");
});

describe("a model without a place moves others, whatever that costs", () => {
  // 14B in bf16 is 27.5 GiB and needs both halves of a pair; the small one sits on a card of its own until then
  const from = `${host(2) + small("a", ", gpus: 'box:0'")}`;
  const to = `${host(2)}${small("a")}  - { name: big, model: Qwen/Qwen2.5-14B, tp: 2, pp: 1, concurrency: 1, exclusive: true }\n`;

  test("unless no plan at all has room for it", async () => {
    const { plan } = await change({ from, to, moveCost: Number.POSITIVE_INFINITY });
    expect(plan.unplaced.map(({ model }) => model)).toHaveLength(1);
    expect(plan.transition?.moveCost).toBe("never");
  });

  test("a card that holds one that may go elsewhere is cleared", async () => {
    const alone =
      "  - { name: own, model: Qwen/Qwen2-7B, tp: 1, pp: 1, concurrency: 1, exclusive: true, gpus: 'box:0' }\n";
    const { plan, steps } = await change({
      from,
      to: host(2) + small("a") + alone,
      moveCost: Number.POSITIVE_INFINITY,
    });
    expect(plan.unplaced).toEqual([]);
    // the small one starts on its new card before it is stopped on the old one
    expect(steps).toEqual(["start a#0 box:1", "stop a#0 box:0", "start own#0 box:0"]);
    expect(plan.transition).toMatchObject({ restarts: 1, interrupted: [], stays: [] });
  });
});

describe("two models that have to swap cards", () => {
  const at = (a: string, b: string): string =>
    host(2) +
    large("a", `, exclusive: true, gpus: '${a}'`) +
    small("b", `, exclusive: true, gpus: '${b}'`);

  test("one of them is stopped first, the one that loads faster", async () => {
    const { plan, steps } = await change({ from: at("box:0", "box:1"), to: at("box:1", "box:0") });
    expect(steps).toEqual([
      "stop b#0 box:1",
      "start a#0 box:1",
      "stop a#0 box:0",
      "start b#0 box:0",
    ]);
    expect(plan.transition?.interrupted).toEqual([{ model: "b", replica: 0 }]);
  });
});

describe("more of the KV cache that a model wants", () => {
  // on one card both together hold less than both want; a second card is added
  const from = host(1) + large("a") + large("b");
  const to = host(2) + large("a") + large("b");

  test("is bought where a move is cheap", async () => {
    const { plan } = await change({ from, to, moveCost: 0 });
    expect(plan.objective.value).toBe(1);
  });

  test("is not where nothing buys a move", async () => {
    const { old, plan, steps } = await change({ from, to, moveCost: Number.POSITIVE_INFINITY });
    expect(steps).toEqual([]);
    expect(placesOf(plan)).toEqual(placesOf(old));
    expect(plan.status).toBe("feasible");
    expect(plan.objective.bound).toBe(1);
  });
});

test("a replica more starts beside the one that runs", async () => {
  const { plan, steps } = await change({
    from: host(2) + large("a", ", maxBatchSize: 8"),
    to: host(2) + large("a", ", maxBatchSize: 8, replicas: 2"),
  });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatch(/^start a#1/);
  expect(plan.transition?.stays).toEqual([{ model: "a", replica: 0 }]);
});

test("an engine whose card is gone starts elsewhere, and the others stay", async () => {
  const from = host(3) + large("a", ", exclusive: true") + large("b", ", exclusive: true");
  const old = await planFleet(input(from));
  const lost = old.deployments.find(({ gpus }) => gpus[0] === "box:0");
  const renamed = {
    ...old,
    gpus: old.gpus.map((gpu) =>
      gpu.id === "box:0" ? { ...gpu, id: "gone:0", host: "gone" } : gpu,
    ),
    deployments: old.deployments.map((one) =>
      one === lost
        ? { ...one, gpus: ["gone:0"], ranks: one.ranks.map((rank) => ({ ...rank, gpu: "gone:0" })) }
        : one,
    ),
  };
  const plan = await planFrom({ ...input(from), from: renamed });
  expect(verifyTransition(renamed, plan)).toEqual([]);
  expect(stepsOf(plan)).toHaveLength(1);
  expect(plan.transition?.steps[0]).toMatchObject({ action: "start", why: "is no more on gone:0" });
  expect(plan.transition?.stays).toHaveLength(1);
});

describe("what running engines hold beyond the plan", () => {
  const fleet = host(1) + large("a") + small("b");

  test("is for nobody else to take, and moves nobody by itself", async () => {
    const old = await planFleet(input(fleet));
    const [card] = old.gpus;
    // all that is free but a tenth of a GiB
    const more = (card?.freeBytes ?? 0) - 0.1 * 2 ** 30;
    const beyond = new Map([["box:0", Math.floor(more)]]);
    const moveCost = Number.POSITIVE_INFINITY;
    const plan = await planFrom({ ...input(fleet), from: old, beyond, moveCost });
    expect(plan.gpus[0]?.usedByOthersBytes).toBe(Math.floor(more));
    expect(stepsOf(plan)).toEqual([]);
    expect(plan.deployments.map(({ kv }) => kv.tokens)).toEqual(
      old.deployments.map(({ kv }) => kv.tokens),
    );
  });

  test("of a card that the fleet does not have any more says nothing", async () => {
    const old = await planFleet(input(fleet));
    const plan = await planFrom({
      ...input(fleet),
      from: old,
      beyond: new Map([["gone:7", 1e12]]),
    });
    expect(plan.gpus[0]?.usedByOthersBytes).toBe(0);
  });
});

test("a chance that engines which stay don't hold is told, and the plan is not called optimal for it", async () => {
  const from = host(2) + large("a") + large("b");
  const to = `policy: { chanceToFit: 0.9999 }\n${from}`;
  const { old, plan } = await change({ from, to });
  expect(plan.deployments.map(({ ranks }) => ranks)).toEqual(
    old.deployments.map(({ ranks }) => ranks),
  );
  expect(plan).toMatchObject({ chanceWanted: 0.9999, status: "feasible" });
  expect(plan.chanceToFit).toBeCloseTo(old.chanceToFit, 9);
  expect((await planFleet(input(to))).chanceToFit).toBeGreaterThanOrEqual(0.9999);
});

test("an engine with too small a chance is not kept from a change that pays", async () => {
  const from = host(2) + large("a") + large("b");
  const to = `policy: { chanceToFit: 0.9999 }\n${from.replaceAll("want: 8", "want: 9")}`;
  const never = await change({ from, to, moveCost: 1000 });
  expect(never.plan.chanceToFit).toBeGreaterThanOrEqual(0.9999);
});
