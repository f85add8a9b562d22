import type { PlanAlternative, PlanDocument } from "../plan-document.ts";
import { waysOf } from "./plan-ways.ts";

/** What a plan gives and takes against the best one, and who runs in another way. */
export function tradesOf(best: PlanDocument, plan: PlanDocument): Omit<PlanAlternative, "plan"> {
  const [before, after] = [waysOf(best), waysOf(plan)];
  const models = [...new Set([...before.keys(), ...after.keys()])];
  return {
    trades: plan.objective.terms.flatMap(({ id, value }) => {
      const own = best.objective.terms.find((term) => term.id === id)?.value ?? value;
      return own === value ? [] : [{ id, best: own, value }];
    }),
    differs: models.flatMap((model) => {
      const [old, now] = [before.get(model) ?? [], after.get(model) ?? []];
      return old.join("; ") === now.join("; ") ? [] : [{ model, best: old, instead: now }];
    }),
  };
}
