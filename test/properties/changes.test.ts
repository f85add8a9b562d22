import { type FleetFile, type PlanDocument, planFleet, verifyPlan } from "@berth/core";
import { diffPlans, planAlternatives, planFrom, verifyTransition } from "@berth/core/changes";
import { describe, expect, test } from "vitest";
import { randomChange } from "./random-fleet.ts";

const NODES = 20_000;
const SEEDS = Array.from({ length: 14 }, (_, seed) => seed);

const input = (fleet: FleetFile) => ({ file: "fleet.yaml", fleet, nodeLimit: NODES });

/** Bytes that engines hold on a card; those that start hold all that they ever will. */
function heldOn(card: string, engines: Iterable<PlanDocument["deployments"][number]>): number {
  return [...engines]
    .flatMap(({ ranks }) => ranks)
    .filter(({ gpu }) => gpu === card)
    .reduce(
      (sum, { terms, kv }) =>
        sum + kv.budgetBytes + terms.reduce((held, { plannedBytes }) => held + plannedBytes, 0),
      0,
    );
}

function weightsOf({ ranks }: PlanDocument["deployments"][number]): number {
  return ranks
    .flatMap(({ terms }) => terms)
    .reduce((sum, { id, bytes }) => sum + (id === "weights" ? bytes : 0), 0);
}

interface Replica {
  readonly model: string;
  readonly replica: number;
}

function isSame(a: Replica, b: Replica): boolean {
  return a.model === b.model && a.replica === b.replica;
}

/** Weights of the engines of these models that ran and are loaded again, or lose their place. */
function reloadedBytes(old: PlanDocument, plan: PlanDocument, models: readonly string[]): number {
  return old.deployments
    .filter(({ model }) => models.includes(model))
    .filter((one) => !plan.transition?.stays.some((stay) => isSame(stay, one)))
    .map((one) => plan.deployments.find((next) => isSame(next, one)) ?? one)
    .reduce((sum, one) => sum + weightsOf(one), 0);
}

/** Takes the steps one after another, and says where a card held more than it has. */
function overfull(old: PlanDocument, plan: PlanDocument): readonly string[] {
  const running = [...old.deployments];
  return (plan.transition?.steps ?? []).flatMap(({ action, model, replica, gpus }, i) => {
    const isIt = (one: (typeof running)[number]) =>
      one.model === model && one.replica === replica && one.gpus.join() === gpus.join();
    if (action === "stop") {
      running.splice(running.findIndex(isIt), 1);
    } else {
      running.push(...plan.deployments.filter(isIt));
    }
    return plan.gpus
      .filter((gpu) => heldOn(gpu.id, running) > gpu.memoryBytes - gpu.usedByOthersBytes)
      .map(({ id }) => `step ${i}: ${id}`);
  });
}

/** The plan of a seed's fleet before the change, made once. */
const PLANS = new Map<number, Promise<PlanDocument>>();

function planBefore(seed: number): Promise<PlanDocument> {
  const plan = PLANS.get(seed) ?? planFleet(input(randomChange(seed).before));
  PLANS.set(seed, plan);
  return plan;
}

describe.each(SEEDS)("a fleet that changes, seed %i", (seed) => {
  const { before, after } = randomChange(seed);

  test("the way to the new plan never fills a card, and leads there; dear moves load no more again than free ones", async () => {
    const old = await planBefore(seed);
    const unchanged = after.models
      .filter((one) => before.models.includes(one))
      .map(({ name }) => name);
    const free = await planFleet(input(after));
    const reloaded: number[] = [];
    for (const moveCost of [0, 0.05, Number.POSITIVE_INFINITY]) {
      const plan = await planFrom({ ...input(after), from: old, moveCost });
      expect(verifyPlan(plan)).toEqual([]);
      expect(verifyTransition(old, plan)).toEqual([]);
      expect(overfull(old, plan)).toEqual([]);
      // staying never costs a model its place
      expect(plan.unplaced.length).toBeLessThanOrEqual(free.unplaced.length);
      if (moveCost === 0 && free.status === "optimal") {
        expect(plan.objective.value).toBe(free.objective.value);
      }
      reloaded.push(reloadedBytes(old, plan, unchanged));
    }
    expect(reloaded.at(-1)).toBeLessThanOrEqual(reloaded[0] ?? 0);
  });

  test("the same fleet and its own plan change nothing", async () => {
    const old = await planBefore(seed);
    const plan = await planFrom({ ...input(before), from: old });
    expect(plan.transition?.steps).toEqual([]);
    expect(plan.status).toBe(old.status);
    expect(plan.objective.terms).toEqual(old.objective.terms);
    expect(diffPlans(old, plan)).toMatchObject({ isSame: true, models: [], gpus: [] });
  });

  test("a small model that fits beside the others moves nobody", async () => {
    const old = await planBefore(seed);
    const tiny = { name: "tiny", model: "Qwen/Qwen2.5-0.5B", tp: 1, pp: 1, maxSeqLen: 2048 };
    const roomy = old.gpus.some(
      ({ id, freeBytes }) =>
        freeBytes > 8 * 2 ** 30 &&
        old.deployments.every(({ gpus, isExclusive }) => !(isExclusive && gpus.includes(id))),
    );
    const fleet = { ...before, models: [...before.models, { ...tiny, priority: -1 }] };
    const plan = await planFrom({ ...input(fleet), from: old });
    if (roomy) {
      expect(plan.transition).toMatchObject({ restarts: 0, steps: [{ action: "start" }] });
      expect(plan.transition?.stays).toHaveLength(old.deployments.length);
    }
  });

  test("alternatives hold, and no two are alike", async () => {
    const plan = await planAlternatives(input(before), 4);
    const all = [plan, ...(plan.alternatives ?? []).map((one) => one.plan)];
    expect(all.flatMap((one) => verifyPlan(one))).toEqual([]);
    const looks = all.map((one) => {
      const kindOf = new Map(one.gpus.map(({ id, catalogId }) => [id, catalogId]));
      return one.deployments
        .map(({ model, quantization, tp, pp, gpus }) =>
          [model, quantization, tp, pp, ...gpus.map((id) => kindOf.get(id)).sort()].join(),
        )
        .sort()
        .join("\n");
    });
    expect(new Set(looks).size).toBe(all.length);
    expect(all.every(({ unplaced }) => unplaced.length <= plan.unplaced.length)).toBe(true);
  });
});
