import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { FleetProblem } from "../plan-problem.ts";

/** What a plan and its search say of a model that might be on an empty card. */
export interface ModelFacts {
  readonly planned: PlannedModel;
  readonly isPlaced: boolean;
  /** What one of its cards holds at least, with one sequence, in bytes; undefined where it has no way to run. */
  readonly leastBytes: number | undefined;
  /** Whether its rate is carried; undefined where nobody says. */
  readonly carries: boolean | undefined;
  /** Its replicas follow from its rate. */
  readonly isSized: boolean;
}

export interface EmptyFacts {
  readonly models: readonly ModelFacts[];
  /** Nobody lacks a place, or a sequence that it wants. */
  readonly isAllHeld: boolean;
  /** Stages of the objective. */
  readonly stages: ReadonlySet<string>;
}

export function emptyFacts(
  plan: PlanDocument,
  { models }: FleetProblem,
  { enumerations }: PlacedFleet,
): EmptyFacts {
  const least = new Map(
    enumerations.map(({ demand }) => [demand.model, leastOf(demand.options)] as const),
  );
  const sized = new Set((plan.sizing ?? []).map(({ model }) => model));
  return {
    models: models.map((planned) => ({
      planned,
      isPlaced: plan.deployments.some(({ model }) => model === planned.name),
      leastBytes: least.get(planned.name),
      carries: carriesIn(plan, planned.name),
      isSized: sized.has(planned.name),
    })),
    isAllHeld: models.every((planned) => holdsAll(plan, planned)),
    stages: new Set(plan.objective.terms.map(({ id }) => id)),
  };
}

function leastOf(
  options: PlacedFleet["enumerations"][number]["demand"]["options"],
): number | undefined {
  const needs = options.flatMap(({ stages }) =>
    stages.map(({ fixed, perSequence }) => fixed + perSequence),
  );
  return needs.length === 0
    ? undefined
    : needs.reduce((smallest, need) => Math.min(smallest, need), Number.POSITIVE_INFINITY);
}

function carriesIn({ sizing = [], unmet = [] }: PlanDocument, name: string): boolean | undefined {
  const isMissed = unmet.some((one) => one.model === name && "requestsPerSecond" in one);
  return isMissed ? false : sizing.find(({ model }) => model === name)?.isEnough;
}

function holdsAll({ deployments }: PlanDocument, { name, wanted }: PlannedModel): boolean {
  const own = deployments.filter(({ model }) => model === name);
  const held = own.reduce((sum, { concurrentSequences }) => sum + concurrentSequences, 0);
  return own.length > 0 && held >= wanted;
}
