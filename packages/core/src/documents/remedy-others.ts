import type { PlannedModel } from "../placement/planned-model.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { cardsOf, withoutPin } from "./remedy-wishes.ts";

/** Another model may leave the cards that it is pinned to. */
export const moved: Family = {
  kind: "move",
  *attempts(refused) {
    for (const other of othersIn(refused)) {
      if (other.gpus !== undefined) {
        yield {
          change: { others: { [other.name]: { gpus: null } } },
          eases: other.name,
          others: (each) => (each.name === other.name ? withoutPin(each) : each),
          say: (placed) =>
            `Let ${other.name} leave ${other.gpus?.join(", ")}: it goes on ${cardsOf(other, placed)}, this one on ${cardsOf(refused.model, placed)}.`,
        };
      }
    }
  },
};

/** To do without another model, of the least priority first and then the one that asks for least. Never of a higher one. */
export const dropped: Family = {
  kind: "drop",
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

function othersIn({ models, model, placed }: Refused): readonly PlannedModel[] {
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
      ...(others.length === 0
        ? {}
        : {
            others: Object.fromEntries(
              others.map((each) => [each.name, { notWith: free(each).notWith }]),
            ),
          }),
    },
    drops: [name],
    model: free,
    others: free,
    say: () => `Do without ${name}.`,
  };
}
