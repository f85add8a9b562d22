import type { PlannedModel } from "../../placement/planned-model.ts";
import type { PlanDocument, PlanObjective } from "../plan-document.ts";
import { type PlanValue, wantedOf } from "./plan-value.ts";

type Term = PlanObjective["terms"][number];

/**
 * A plan's stages with what the best plan of all is known to reach: its bounds hold up to the first stage in which
 * this plan gives less, and what follows is bounded by what is wanted.
 */
export function keptObjective(
  value: PlanValue,
  { models, free }: { readonly models: readonly PlannedModel[]; readonly free: PlanDocument },
): PlanObjective {
  const values = valuesOf(value);
  let isLevel = true;
  const known = free.objective.terms.filter(({ id }) => values.has(id));
  const terms = known.map((best): Term => {
    const own = values.get(best.id) ?? best.value;
    const bound = isLevel ? best.bound : looseBound(best.id, models);
    isLevel &&= own === best.value;
    return { id: best.id, value: own, bound: outer(best.id, own, bound) };
  });
  const share = terms.find(({ id }) => id === "share") ?? { value: 0, bound: 0 };
  const gap = share.bound > 0 ? (share.bound - share.value) / share.bound : 0;
  return { value: share.value, bound: share.bound, gap, terms };
}

function valuesOf(value: PlanValue): ReadonlyMap<string, number> {
  return new Map([
    ["placed", value.placed.reduce((sum, count) => sum + count, 0)],
    ["share", value.shares[0] ?? 0],
    ["sequences", value.sequences],
    ["precision", value.precision],
    ["cards", value.cards],
    ["links", value.links],
    ["mixing", value.mixing],
  ]);
}

function looseBound(id: string, models: readonly PlannedModel[]): number {
  switch (id) {
    case "placed":
      return models.length;
    case "share":
      return 1;
    case "sequences":
      return models.reduce((sum, model) => sum + wantedOf(model), 0);
    case "cards":
      return 1;
    default:
      return 0;
  }
}

const FEWER_IS_BETTER: readonly string[] = ["precision", "cards", "links", "mixing"];

/** A bound on the far side of the value: below it where less is better. */
function outer(id: string, value: number, bound: number): number {
  return FEWER_IS_BETTER.includes(id) ? Math.min(value, bound) : Math.max(value, bound);
}
