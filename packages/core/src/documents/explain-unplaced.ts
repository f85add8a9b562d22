import type { Enumeration } from "../placement/enumerate.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { reasonText } from "../report/reason-text.ts";
import { type Conflict, ConflictOracle } from "./conflict.ts";
import { ExplainBudget } from "./explain-budget.ts";
import { explainConflict } from "./explain-conflict.ts";
import type { UnplacedModel } from "./plan-unplaced.ts";
import { type Found, remediesFor } from "./remedies/remedies.ts";
import { DEEP, QUICK } from "./remedies/trials.ts";
import type { Solved } from "./solved.ts";
import { type Refusal, reasonsAgainst } from "./unplaced.ts";

/** States that each question of whether some wishes can hold together may look at. */
const CONFLICT_NODE_LIMIT = 20_000;

/** Each model without a place, with why, and what would give it one. */
export function explainUnplaced(solved: Solved): readonly UnplacedModel[] {
  const { fleet, models, placed, nodeLimit, mostExplained } = solved;
  const left = new Set(placed.solution.unplaced);
  const budget = ExplainBudget.upTo(mostExplained);
  const limit = Math.min(nodeLimit, CONFLICT_NODE_LIMIT);
  const oracle = new ConflictOracle({ fleet, models }, limit, budget);
  const refused = models.flatMap((model, i) => {
    const enumeration = placed.enumerations[i];
    return enumeration === undefined || !left.has(model.name) ? [] : [{ model, enumeration }];
  });
  const first = refused.map((one, i) =>
    explained(one, { solved, oracle, budget: budget.part(1 / (refused.length - i)) }),
  );
  return lookedDeeper(first, { solved, oracle, budget }).map((one) => unplacedModel(one, solved));
}

interface Without {
  readonly model: PlannedModel;
  readonly enumeration: Enumeration;
}

interface Explained extends Without {
  readonly conflict: Conflict | undefined;
  readonly why: Refusal["conflict"];
  readonly found: Found;
}

interface Explaining {
  readonly solved: Solved;
  readonly oracle: ConflictOracle;
  readonly budget: ExplainBudget;
}

/** Why the model has no place, and what a quick look finds that would give it one. */
function explained(one: Without, { solved, oracle, budget }: Explaining): Explained {
  const { model } = one;
  const why =
    model.refused === undefined ? explainConflict(model, solved, { oracle, budget }) : undefined;
  const conflict = why?.conflict;
  const found = remediesFor(
    { ...solved, model },
    { conflict, oracle, budget, depth: QUICK, known: [] },
  );
  return { ...one, conflict, why: why?.reason, found };
}

/** What the quick looks left of the budget goes to what they left open, and first to models that nothing was found for. */
function lookedDeeper(
  all: readonly Explained[],
  { solved, oracle, budget }: Explaining,
): readonly Explained[] {
  const open = all
    .filter(({ found }) => found.isOpen)
    .toSorted((a, b) => a.found.remedies.length - b.found.remedies.length);
  const deeper = new Map(
    open.map((one, i) => {
      const { model, conflict, found } = one;
      const own = budget.part(1 / (open.length - i));
      const again = remediesFor(
        { ...solved, model },
        { conflict, oracle, budget: own, depth: DEEP, known: found.remedies },
      );
      return [one, { ...one, found: again }] as const;
    }),
  );
  return all.map((one) => deeper.get(one) ?? one);
}

function unplacedModel(
  { model, enumeration, why, found: { remedies, cut } }: Explained,
  solved: Solved,
): UnplacedModel {
  const reasons = reasonsAgainst(model, { ...solved, enumeration, remedies, conflict: why });
  return {
    model: model.name,
    reasons: reasons.map((reason) => ({ ...reason, text: reasonText(reason) })),
    remedies: remedies.map(({ text, change }) => ({ text, change, verified: true })),
    ...(cut === undefined ? {} : { remediesCut: cut }),
  };
}
