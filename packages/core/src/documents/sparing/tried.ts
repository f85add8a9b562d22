import type { FleetGpu } from "../../hardware/fleet.ts";
import type { Reason } from "../../report/reason.ts";
import type { FleetProblem, PlanInput } from "../plan-problem.ts";
import type { ForRates } from "../sizing/plan-for-rates.ts";
import type { Outcome } from "./outcome.ts";

/** What a fleet is sized with. */
export interface Way {
  readonly input: PlanInput;
  /** Models that are not placed, and why. */
  readonly givenUp: ReadonlyMap<string, Reason>;
}

export interface Tried extends Way {
  readonly found: ForRates;
  readonly outcome: Outcome;
}

/** Models that have a way to run but would not carry their rate after a loss. */
export function refusedIn({ found }: Pick<Tried, "found">): ReadonlyMap<string, Reason> {
  return new Map(
    found.problem.models.flatMap(({ name, refused }) =>
      refused === undefined ? [] : [[name, refused] as const],
    ),
  );
}

/** Those, and those that are short of their rate. */
export function troubledIn(tried: Tried): readonly string[] {
  return [...refusedIn(tried).keys(), ...tried.outcome.short.map(({ model }) => model)];
}

/** The input where a model may use these of its cards only. */
export function withCards(
  input: PlanInput,
  name: string,
  { cards, all }: { readonly cards: readonly FleetGpu[]; readonly all: readonly FleetGpu[] },
): PlanInput {
  const gpus = cards.map(({ id }) => id);
  const left = all.map(({ id }) => id).filter((id) => !gpus.includes(id));
  const models = input.fleet.models.map((model) =>
    model.name === name ? { ...model, gpus, spared: [...(model.spared ?? []), ...left] } : model,
  );
  return { ...input, fleet: { ...input.fleet, models } };
}

/** The problem where these models are refused. */
export function refusing(
  problem: FleetProblem,
  reasons: ReadonlyMap<string, Reason>,
): FleetProblem {
  const models = problem.models.map((model) => {
    const refused = reasons.get(model.name);
    return refused === undefined ? model : { ...model, refused };
  });
  return reasons.size === 0 ? problem : { ...problem, models };
}
