import type { Fleet } from "../../hardware/fleet.ts";
import { joinFleet } from "../../placement/join-fleet.ts";
import type { PlacedFleet, PlacedReplica } from "../../placement/place-fleet.ts";
import { assemblePlan } from "../assemble-plan.ts";
import type { ExplainBudget } from "../explain-budget.ts";
import { verifyPlan } from "../verify-plan.ts";
import { type Changed, chanceOf } from "./changed.ts";
import type { Attempt, Refused } from "./remedy.ts";

/** A look at a large fleet costs about as much of the budget as so many options for each card. */
const OPTIONS_PER_CARD = 4;

/** Plans in which a model finds room beside all that a change does not touch: they stay as they are. */
export class RemedyJoins {
  private readonly budget: ExplainBudget;
  private readonly known = new WeakMap<Attempt, { readonly found: PlacedFleet | undefined }>();

  constructor(budget: ExplainBudget) {
    this.budget = budget;
  }

  find(refused: Refused, attempt: Attempt, changed: Changed): PlacedFleet | undefined {
    const answer = this.known.get(attempt) ?? { found: this.join(refused, changed) };
    this.known.set(attempt, answer);
    return answer.found;
  }

  private join(refused: Refused, changed: Changed): PlacedFleet | undefined {
    if (this.budget.isSpent) {
      return undefined;
    }
    const { placed, model } = refused;
    const { fleet, models } = changed;
    this.budget.spend(OPTIONS_PER_CARD * fleet.gpus.length);
    const unchanged = new Set(refused.models);
    const stays = new Set(models.filter((each) => unchanged.has(each)).map(({ name }) => name));
    const left = new Set(placed.solution.unplaced);
    const kept = placed.replicas.filter((replica) => stays.has(replica.model.name));
    const newcomers = models.filter(
      ({ name }) => name === model.name || !(stays.has(name) || left.has(name)),
    );
    const joined = joinFleet({ fleet, kept, newcomers, work: this.budget.work });
    return joined === undefined || !holds(joined, kept, changed)
      ? undefined
      : grown(placed, model.name, [...kept, ...joined]);
  }
}

/** Only hosts on which something is new are checked again: the others are as in the plan. */
export function holds(
  joined: readonly PlacedReplica[],
  kept: readonly PlacedReplica[],
  { fleet, models }: Changed,
): boolean {
  const hostOf = new Map(fleet.gpus.map(({ id, host }) => [id, host]));
  const hosts = new Set(
    joined.flatMap(({ assignment }) => assignment.cards.map((id) => hostOf.get(id))),
  );
  const touched: Fleet = { ...fleet, gpus: fleet.gpus.filter(({ host }) => hosts.has(host)) };
  const replicas = [...kept, ...joined].filter(({ assignment }) =>
    assignment.cards.some((id) => hosts.has(hostOf.get(id))),
  );
  return verifyPlan(assemblePlan(touched, partOf(replicas), chanceOf(models))).length === 0;
}

/** Some of a plan, its replicas numbered from 0. */
function partOf(some: readonly PlacedReplica[]): PlacedFleet {
  const counts = new Map<string, number>();
  const replicas = some.map((replica) => {
    const { name } = replica.model;
    const number = counts.get(name) ?? 0;
    counts.set(name, number + 1);
    return { ...replica, assignment: { ...replica.assignment, replica: number } };
  });
  return {
    solution: {
      assignments: replicas.map(({ assignment }) => assignment),
      unplaced: [],
      status: "feasible",
      objective: [],
      nodes: 0,
    },
    replicas,
    enumerations: [],
    cards: [],
  };
}

function grown(placed: PlacedFleet, name: string, replicas: readonly PlacedReplica[]): PlacedFleet {
  return {
    ...placed,
    solution: {
      ...placed.solution,
      assignments: replicas.map(({ assignment }) => assignment),
      unplaced: placed.solution.unplaced.filter((other) => other !== name),
    },
    replicas,
  };
}
