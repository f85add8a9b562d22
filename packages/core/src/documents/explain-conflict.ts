import type { PlannedModel } from "../placement/planned-model.ts";
import type { ConflictReason, ConflictUnknown } from "../report/reason.ts";
import { allAsksOf, type Conflict, type ConflictOracle, conflictOf } from "./conflict.ts";
import { conflictReason } from "./conflict-reason.ts";
import type { ExplainBudget } from "./explain-budget.ts";
import type { Solved } from "./solved.ts";

/** Part of what one model's explanation may cost that is spent on who is in its way: remedies matter more. */
const PART_OF_CONFLICT = 0.35;

/** What can't hold together, as it is and as it is said; that it is not known is said too. */
export interface ExplainedConflict {
  readonly conflict: Conflict | undefined;
  readonly reason: ConflictReason | ConflictUnknown;
}

/** Why the model can't join those that are placed, as far as a part of its budget reaches. */
export function explainConflict(
  model: PlannedModel,
  { models, placed: { solution } }: Solved,
  at: { readonly oracle: ConflictOracle; readonly budget: ExplainBudget },
): ExplainedConflict {
  const { oracle, budget } = at;
  const left = new Set(solution.unplaced);
  const others = models.filter(({ name }) => !left.has(name));
  const all = allAsksOf([model, ...others], oracle.written);
  if (isMostPlaced(solution)) {
    oracle.learn(all, "infeasible");
  }
  oracle.spendOf(budget.part(PART_OF_CONFLICT));
  const conflict = conflictOf(model, others, oracle);
  const reason =
    conflict === undefined ? unknownFor(oracle, all) : conflictReason(conflict, oracle);
  oracle.spendOf(budget);
  return { conflict, reason };
}

/** It is proven that no plan places more: one more than are placed is one too many. */
function isMostPlaced({ objective }: Solved["placed"]["solution"]): boolean {
  const [first] = objective;
  return first?.id === "placed" && first.value === first.bound;
}

function unknownFor(
  oracle: ConflictOracle,
  all: Parameters<ConflictOracle["judge"]>[0],
): ConflictUnknown {
  if (oracle.isLarge) {
    return { code: "conflict-unknown", why: "size" };
  }
  return { code: "conflict-unknown", why: oracle.judge(all) === "feasible" ? "place" : "limit" };
}
