import { reasonText } from "../report/reason-text.ts";
import { ConflictOracle, conflictOf } from "./conflict.ts";
import { conflictReason } from "./conflict-reason.ts";
import { ExplainBudget } from "./explain-budget.ts";
import type { UnplacedModel } from "./plan-unplaced.ts";
import { remediesFor } from "./remedies.ts";
import type { Solved } from "./solved.ts";
import { reasonsAgainst } from "./unplaced.ts";

/** States that each remedy's search may look at. */
const REMEDY_NODE_LIMIT = 3000;
/** The same for each question of whether some wishes can hold together. */
const CONFLICT_NODE_LIMIT = 20_000;

/** Part of what one model's explanation may cost that is spent on who is in its way: remedies matter more. */
const PART_OF_CONFLICT = 0.4;

/** Each model without a place, with why, and what would give it one. */
export function explainUnplaced(solved: Solved): readonly UnplacedModel[] {
  const { fleet, models, placed, nodeLimit } = solved;
  const left = new Set(placed.solution.unplaced);
  const others = models.filter(({ name }) => !left.has(name));
  const budget = new ExplainBudget();
  const oracle = new ConflictOracle(
    { fleet, models },
    Math.min(nodeLimit, CONFLICT_NODE_LIMIT),
    budget,
  );
  let waiting = left.size;
  return models.flatMap((model, i) => {
    const enumeration = placed.enumerations[i];
    if (enumeration === undefined || !left.has(model.name)) {
      return [];
    }
    const refused = { ...solved, model, nodeLimit: Math.min(nodeLimit, REMEDY_NODE_LIMIT) };
    const own = budget.part(1 / waiting);
    waiting -= 1;
    oracle.spendOf(own.part(PART_OF_CONFLICT));
    const conflict = model.refused === undefined ? conflictOf(model, others, oracle) : undefined;
    oracle.spendOf(own);
    const why = conflict === undefined ? undefined : conflictReason(conflict, oracle);
    const { remedies, cut } = remediesFor(refused, own, { conflict, oracle });
    const reasons = reasonsAgainst(model, {
      ...solved,
      enumeration,
      remedies,
      conflict: why,
    });
    return [
      {
        model: model.name,
        reasons: reasons.map((reason) => ({ ...reason, text: reasonText(reason) })),
        remedies: remedies.map(({ text, change }) => ({ text, change, verified: true })),
        ...(cut === undefined ? {} : { remediesCut: cut }),
      },
    ];
  });
}
