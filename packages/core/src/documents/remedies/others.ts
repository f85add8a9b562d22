import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { othersChange } from "./wishes.ts";

/** To do without another model, of the least priority first and then the one that asks for least. Never of a higher one. */
export const dropped: Family = {
  *attempts(refused) {
    for (const other of noHigher(refused)) {
      yield withoutModel(other, refused);
    }
  },
};

/** The others of no higher priority, the least first and then those that ask for least. */
export function noHigher(refused: Refused): readonly PlannedModel[] {
  return othersIn(refused)
    .filter(({ priority }) => priority <= refused.model.priority)
    .sort((a, b) => a.priority - b.priority || a.wanted * a.replicas - b.wanted * b.replicas);
}

/** The others that have a place. */
export function othersIn({ models, model, placed }: Refused): readonly PlannedModel[] {
  const left = new Set(placed.solution.unplaced);
  return models.filter(({ name }) => name !== model.name && !left.has(name));
}

/** Who was kept apart from it no longer names it. */
function withoutModel({ name }: PlannedModel, { model, models }: Refused): Attempt {
  const free = (each: PlannedModel): PlannedModel =>
    each.notWith.includes(name)
      ? { ...each, notWith: each.notWith.filter((other) => other !== name) }
      : each;
  const naming = models.filter((each) => each.name !== name && each.notWith.includes(name));
  const others = naming.filter((each) => each.name !== model.name);
  return {
    change: {
      dropModels: [name],
      ...(naming.includes(model) ? { notWith: free(model).notWith } : {}),
      ...othersChange(others, (each) => ({ notWith: free(each).notWith })),
    },
    drops: [name],
    model: free,
    others: free,
    say: () => `Do without ${name}.`,
  };
}
