import { type PlanDeployment, type PlanDocument, parseFleetFile, verifyPlan } from "@berth/core";
import { expect, test } from "vitest";
import { assemblePlan } from "../../packages/core/src/documents/assemble-plan.ts";
import type { FleetFile } from "../../packages/core/src/documents/fleet-file-types.ts";
import { problemOf } from "../../packages/core/src/documents/plan-problem.ts";
import { placeFleet } from "../../packages/core/src/placement/place-fleet.ts";
import type { Solution } from "../../packages/core/src/placement/problem.ts";
import { featuredFleet } from "./featured-fleet.ts";

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed);
/** Fewer deployments with a feature would not try it. */
const FEW = 4;
const LIMIT = { nodeLimit: 50_000 };

interface Planned {
  readonly plan: PlanDocument;
  readonly solution: Solution;
}

/** A plan without reasons and remedies, which take many solves. */
function planOf(written: FleetFile): Planned {
  const { fleet, models, chanceWanted } = problemOf({
    file: "f.json",
    fleet: parseFleetFile("f.json", JSON.stringify(written)),
  });
  const placed = placeFleet(models, fleet, LIMIT);
  return { plan: assemblePlan(fleet, placed, chanceWanted), solution: placed.solution };
}

/** The plan of each seed's fleet, made once. */
const PLANS = SEEDS.map((seed) => ({
  seed,
  fleet: featuredFleet(seed),
  ...planOf(featuredFleet(seed)),
}));

test("the fleets ask for everything, and most models have a place", () => {
  const deployments = PLANS.flatMap(({ plan }) => plan.deployments);
  const count = (isOne: (one: PlanDeployment) => unknown) => deployments.filter(isOne).length;
  expect(deployments.length).toBeGreaterThan(SEEDS.length);
  const counts = {
    exclusive: count(({ isExclusive }) => isExclusive),
    notWith: count(({ notWith }) => notWith.length > 0),
    spread: count(({ isSpread }) => isSpread),
    survives: count(({ survives }) => survives),
    pins: count(({ pins }) => pins),
    labels: count(({ labels }) => labels),
    disk: count(({ files }) => files),
    memory: count(({ loading }) => loading),
    pipelines: count(({ pp }) => pp > 1),
    uneven: count(({ stageLayers }) => new Set(stageLayers).size > 1),
    tensorParallel: count(({ tp }) => tp > 1),
    acrossHosts: count(({ acrossHosts }) => acrossHosts),
  };
  expect(Object.entries(counts).filter(([, own]) => own < FEW)).toEqual([]);
});

test("every plan passes the checker", () => {
  for (const { seed, plan } of PLANS) {
    expect({ seed, wrong: verifyPlan(plan) }).toEqual({ seed, wrong: [] });
  }
});

test("engines that start one after another find what they were planned with, and no card ever holds more than it has", () => {
  for (const { seed, plan } of PLANS) {
    expect({ seed, wrong: startsOf(plan) }).toEqual({ seed, wrong: [] });
  }
});

/** Starts every engine in its turn; says where a card is overfull, or another room is found than was planned. */
function startsOf({ gpus, deployments }: PlanDocument): readonly string[] {
  const left = new Map(
    gpus.map((gpu) => [gpu.id, gpu.memoryBytes - gpu.usedByOthersBytes - gpu.reserveBytes]),
  );
  const inTurn = deployments.toSorted((a, b) => a.startOrder - b.startOrder);
  return inTurn.flatMap(({ model, ranks }) =>
    ranks.flatMap(({ gpu, freeAtStartBytes, terms, kv }) => {
      const free = left.get(gpu) ?? Number.NaN;
      const held = terms.reduce((sum, { plannedBytes }) => sum + plannedBytes, kv.budgetBytes);
      left.set(gpu, free - held);
      return freeAtStartBytes === free && held <= free
        ? []
        : [`${model} on ${gpu}: ${held} of ${free}`];
    }),
  );
}

test("what the file asks for holds, read off the file once more", () => {
  for (const { seed, fleet, plan } of PLANS) {
    const wrong = fleet.models.flatMap((model) => brokenBy(fleet, plan, model.name));
    expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  }
});

/** What of the model's wishes the plan breaks. */
function brokenBy(fleet: FleetFile, plan: PlanDocument, name: string): readonly string[] {
  const model = fleet.models.find((one) => one.name === name);
  const own = plan.deployments.filter((one) => one.model === name);
  const cards = own.flatMap(({ gpus }) => gpus);
  const others = plan.deployments.filter((one) => one.model !== name);
  const beside = others.filter(({ gpus }) => gpus.some((gpu) => cards.includes(gpu)));
  const hosts = own.map(({ gpus }) => [...new Set(gpus.map(hostOf))]);
  const served = own.reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
  const { concurrency } = model ?? {};
  const least = typeof concurrency === "object" ? (concurrency.least ?? 1) : 1;
  const isAlone = model?.exclusive === true || fleet.policy?.sharing === "exclusive";
  const labels = [model?.labels ?? []].flat();
  const labelsOf = (id: string) => plan.gpus.find((gpu) => gpu.id === id)?.labels ?? [];
  const claims: readonly (readonly [string, boolean])[] = [
    ["replicas", own.length === 0 || own.length === (model?.replicas ?? 1)],
    ["least", own.length === 0 || served >= least],
    ["distinct cards", new Set(cards).size === cards.length],
    ["alone", !isAlone || beside.length === 0],
    ["notWith", beside.every((one) => model?.notWith?.includes(one.model) !== true)],
    ["spread", model?.spread !== "host" || new Set(hosts.flat()).size === hosts.flat().length],
    ["one host", model?.acrossHosts === true || hosts.every((one) => one.length === 1)],
    ["pins", model?.gpus === undefined || hosts.flat().every((host) => host === model.gpus)],
    ["labels", cards.every((card) => labels.every((label) => labelsOf(card).includes(label)))],
  ];
  return claims.flatMap(([what, isKept]) => (isKept ? [] : [`${name}: ${what}`]));
}

function hostOf(card: string): string {
  return card.split(":")[0] ?? "";
}

test("hosts in another order have the same value", () => {
  for (const { seed, fleet, solution } of PLANS) {
    const other = planOf({ ...fleet, hosts: (fleet.hosts ?? []).toReversed() }).solution;
    if (solution.status === "optimal" && other.status === "optimal") {
      expect({ seed, objective: other.objective }).toEqual({ seed, objective: solution.objective });
    }
  }
});

test("one host more, with a card that others have, never places fewer or gives less", () => {
  for (const { seed, fleet, plan, solution } of PLANS) {
    const [first] = fleet.hosts ?? [];
    const gpu = first?.gpus?.[0]?.gpu ?? "rtx-3090";
    const more = { name: "more", gpus: [{ gpu, count: 1 }] };
    const after = planOf({ ...fleet, hosts: [...(fleet.hosts ?? []), more] });
    if (solution.status === "optimal" && after.solution.status === "optimal") {
      const [a, b] = [rankOf(fleet, plan), rankOf(fleet, after.plan)];
      expect({ seed, a, b, isWorse: isBefore(b, a) }).toEqual({ seed, a, b, isWorse: false });
    }
  }
});

test("a host with too few cards for a replica does not count among those that replicas are spread over", () => {
  const gpus = (count: number) => [{ gpu: "rtx-4080", count }];
  const fleet: FleetFile = {
    hosts: [
      { name: "a", gpus: gpus(4) },
      { name: "b", gpus: gpus(2) },
      { name: "c", gpus: gpus(1) },
    ],
    models: [{ name: "m", model: "meta-llama/Llama-3.2-3B", tp: 2, replicas: 3, survive: "host" }],
  };
  const { plan } = planOf(fleet);
  expect(plan.deployments).toHaveLength(3);
  expect(verifyPlan(plan)).toEqual([]);
});

/** Models placed by priority, the highest first, then shares from the least up. */
function rankOf({ models }: FleetFile, { deployments }: PlanDocument): readonly number[] {
  const placed = models.flatMap(({ name, priority = 0, concurrency }) => {
    const own = deployments.filter(({ model }) => model === name);
    const want = typeof concurrency === "object" ? concurrency.want : (concurrency ?? 1);
    const served = own.reduce((sum, one) => sum + one.concurrentSequences, 0);
    return own.length === 0 ? [] : [{ priority, share: Math.min(1, served / want) }];
  });
  const counts = [2, 1, 0].map((own) => placed.filter(({ priority }) => priority === own).length);
  return [...counts, ...placed.map(({ share }) => share).sort((a, b) => a - b)];
}

/** Whether `a` is less than `b` where the two first differ. */
function isBefore(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}
