import { type PlaceAllowed, placements } from "../../placement/place-fleet.ts";
import { assemblePlan } from "../assemble-plan.ts";
import type { PlanAlternative, PlanDocument } from "../plan-document.ts";
import { inputForRates } from "../plan-fleet.ts";
import { planHosts } from "../plan-hosts.ts";
import { type FleetProblem, type PlanInput, planProblem, warningsOf } from "../plan-problem.ts";
import { keptObjective } from "../staying/kept-objective.ts";
import { comparePlaced, compareValues, type PlanValue, planValue } from "../staying/plan-value.ts";
import { verifyPlan } from "../verify-plan.ts";
import { type PlanWays, waysKey, waysOf } from "./plan-ways.ts";
import { tradesOf } from "./trades.ts";
import { wayOfCandidate } from "./way-to-run.ts";

/** States that each search for another plan may look at. */
const ALTERNATIVE_NODE_LIMIT = 50_000;
/** Searches for other plans in all; some seconds of work. */
const MOST_SEARCHES = 100;
/** Models whose ways are varied: those that hold most memory. */
const MOST_VARIED = 12;

/**
 * The best plan with the next best ones, `count` in all where there are so many. Each differs from all before it
 * in the ways its models run, and places as many. Throws an InputError for input that makes no sense.
 */
export async function planAlternatives(input: PlanInput, count: number): Promise<PlanDocument> {
  const { input: own, problem, dressed, explained } = await inputForRates(input);
  const best = await explained(await planProblem(problem, own));
  const found = nextBest({ problem, input: own, best }, count - 1).map((other) => ({
    ...other,
    plan: dressed(other.plan, problem),
  }));
  return { ...dressed(best, problem), alternatives: found };
}

interface Around {
  readonly problem: FleetProblem;
  readonly input: PlanInput;
  readonly best: PlanDocument;
}

/** A plan, and the ways that were closed to it. */
interface Branch {
  readonly plan: PlanDocument;
  readonly value: PlanValue;
  readonly ways: PlanWays;
  readonly closed: Closed;
}

type Closed = readonly { readonly model: string; readonly way: string }[];

/**
 * Best first: what differs from a plan runs some model in another way, so closing one way of one model after the
 * other, in that plan and in those that this gives, comes upon the next best.
 */
function nextBest(around: Around, count: number): readonly PlanAlternative[] {
  const { problem, best } = around;
  const place = placements(problem.models, problem.fleet, around.input.goals);
  const root = branchOf(best, [], around);
  const seen = new Set([waysKey(root.ways)]);
  const tried = new Set<string>();
  const found: PlanAlternative[] = [];
  const open: Branch[] = [];
  let next: Branch | undefined = root;
  while (next !== undefined && found.length < count) {
    const key = waysKey(next.ways);
    if (!seen.has(key)) {
      seen.add(key);
      found.push({ ...tradesOf(best, next.plan), plan: next.plan });
    }
    open.push(...branchesFrom(next, { ...around, place, tried }));
    open.sort((a, b) => compareValues(b.value, a.value));
    next = open.shift();
  }
  return found;
}

interface Search extends Around {
  readonly place: PlaceAllowed;
  /** Sets of closed ways that were searched already. */
  readonly tried: Set<string>;
}

/** The plan with one more of its ways closed, for each of them. */
function branchesFrom(from: Branch, search: Search): readonly Branch[] {
  const root = planValue(search.problem, search.best.deployments);
  return largestModels(from.plan).flatMap((model) =>
    [...new Set(from.ways.get(model))].flatMap((way) => {
      const closed = [...from.closed, { model, way }];
      const branch = branchWith(closed, search);
      return branch === undefined || comparePlaced(branch.value, root) < 0 ? [] : [branch];
    }),
  );
}

function branchWith(closed: Closed, search: Search): Branch | undefined {
  const { place, problem, tried } = search;
  const key = JSON.stringify(closed.map(({ model, way }) => `${model}: ${way}`).sort());
  if (tried.has(key) || tried.size >= MOST_SEARCHES) {
    return undefined;
  }
  tried.add(key);
  const placed = place(
    (model, candidate) =>
      !closed.some((one) => one.model === model && one.way === wayOfCandidate(candidate)),
    {
      nodeLimit: Math.min(search.input.nodeLimit ?? ALTERNATIVE_NODE_LIMIT, ALTERNATIVE_NODE_LIMIT),
    },
  );
  const plan = assemblePlan(problem.fleet, placed, problem.chanceWanted);
  return verifyPlan(plan).length > 0 ? undefined : branchOf(plan, closed, search);
}

/** What is proven of the best plan bounds the others; none of them is called optimal. */
function branchOf(plan: PlanDocument, closed: Closed, { problem, input, best }: Around): Branch {
  const { models } = problem;
  const { goals = [] } = input;
  const value = planValue(problem, plan.deployments, goals);
  const freeValue = planValue(problem, best.deployments, goals);
  const names = plan.unplaced.map(({ model }) => model).join();
  const isSameUnplaced = names === best.unplaced.map(({ model }) => model).join();
  const { deployments } = plan;
  return {
    value,
    closed,
    ways: waysOf(plan),
    plan: {
      ...plan,
      status: plan.status === "infeasible" ? "infeasible" : "feasible",
      objective: keptObjective(value, { problem, free: best, freeValue, goals }),
      hosts: planHosts(problem.fleet, deployments, input.inventory),
      unplaced: isSameUnplaced ? best.unplaced : plan.unplaced,
      warnings: warningsOf({ inventory: input.inventory, models, deployments }),
    },
  };
}

function largestModels({ deployments }: PlanDocument): readonly string[] {
  const held = new Map<string, number>();
  for (const { model, ranks } of deployments) {
    const own = ranks
      .flatMap(({ terms }) => terms)
      .reduce((sum, { plannedBytes }) => sum + plannedBytes, held.get(model) ?? 0);
    held.set(model, own);
  }
  return [...held]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_VARIED)
    .map(([model]) => model);
}
