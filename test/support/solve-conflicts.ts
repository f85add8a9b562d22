import {
  type Conflict,
  ConflictOracle,
  conflictOf,
} from "../../packages/core/src/documents/conflict.ts";
import { ExplainBudget } from "../../packages/core/src/documents/explain-budget.ts";
import { fleetOf } from "../../packages/core/src/documents/fleet.ts";
import { parseFleetFile } from "../../packages/core/src/documents/fleet-file.ts";
import { plannedModels } from "../../packages/core/src/documents/planned-models.ts";
import { placeFleet } from "../../packages/core/src/placement/place-fleet.ts";

/** States that each question may look at; enough for every fleet that these tests make. */
const NODE_LIMIT = 100_000;

export interface FoundConflict {
  readonly model: string;
  readonly conflict: Conflict | undefined;
}

/** Solves a fleet file; the conflict of each model without a place, and the oracle that it was found with. */
export function solveConflicts(yaml: string): {
  readonly found: readonly FoundConflict[];
  readonly oracle: ConflictOracle;
} {
  const file = parseFleetFile("fleet.yaml", yaml);
  const fleet = fleetOf("fleet.yaml", file, undefined);
  const models = plannedModels("fleet.yaml", file, { cards: fleet, files: new Map() });
  const { solution } = placeFleet(models, fleet, { nodeLimit: NODE_LIMIT });
  const oracle = new ConflictOracle({ fleet, models }, NODE_LIMIT, new ExplainBudget());
  const placed = models.filter(({ name }) => !solution.unplaced.includes(name));
  const found = models
    .filter(({ name }) => solution.unplaced.includes(name))
    .map((model) => ({ model: model.name, conflict: conflictOf(model, placed, oracle) }));
  return { found, oracle };
}
