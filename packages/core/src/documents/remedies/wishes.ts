import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Attempt, Family, Refused, Waiver } from "./remedy.ts";
import { ofName } from "./settings.ts";

/** The model's cards are named in the fleet file. */
export const pinned: Family = {
  *attempts({ model, beside }) {
    if (model.gpus !== undefined) {
      yield {
        change: { gpus: null },
        model: withoutPin,
        say: (placed) =>
          beside === undefined
            ? `Let it use other cards than ${model.gpus?.join(", ")}: it goes on ${cardsOf(model, placed)}.`
            : `Let ${model.name} leave ${model.gpus?.join(", ")}: it goes on ${cardsOf(model, placed)}, this one on ${cardsOf(beside, placed)}.`,
      };
    }
  },
};

/** The model asks for cards with labels. */
export const labelled: Family = {
  *attempts({ model }) {
    if (model.labels !== undefined) {
      yield {
        change: { labels: null },
        model: ({ labels: _, ...rest }) => rest,
        say: (placed) =>
          `Let it use cards without the ${model.labels?.length === 1 ? "label" : "labels"} ${model.labels?.join(", ")}: it goes on ${cardsOf(model, placed)}.`,
      };
    }
  },
};

/** Models that are kept apart by `notWith`, on either side. */
export const apart: Waiver = {
  names: ({ model, models }) => apartFrom(model, models),
  attempt: ({ model, models }, names) => {
    const own = without(model.notWith, names);
    const naming = models.filter(
      ({ name, notWith }) => names.includes(name) && notWith.includes(model.name),
    );
    return {
      change: {
        ...(own.length < model.notWith.length ? { notWith: own } : {}),
        ...othersChange(naming, ({ notWith }) => ({ notWith: without(notWith, [model.name]) })),
      },
      model: (each) => ({ ...each, notWith: own }),
      others: (other) =>
        naming.some(({ name }) => name === other.name)
          ? { ...other, notWith: without(other.notWith, [model.name]) }
          : other,
      say: () => `Let it share a card with ${names.join(", ")}.`,
    };
  },
};

function without(names: readonly string[], some: readonly string[]): readonly string[] {
  return names.filter((name) => !some.includes(name));
}

/** What changes in other models; nothing where there are none. */
export function othersChange(
  others: readonly PlannedModel[],
  change: (other: PlannedModel) => Attempt["change"],
): Attempt["change"] {
  return others.length === 0
    ? {}
    : { others: Object.fromEntries(others.map((each) => [each.name, change(each)])) };
}

/** Its replicas are to be on different hosts. */
export const together: Family = {
  *attempts({ model }) {
    if (model.isSpread === true && model.replicas > 1) {
      yield {
        change: { spread: null },
        model: ({ isSpread: _, ...rest }) => rest,
        say: (placed) => `Let its replicas share a host: it goes on ${cardsOf(model, placed)}.`,
      };
    }
  },
};

/** Its own wish for exclusive cards. */
export const ownShared: Family = {
  *attempts({ model }) {
    if (model.isExclusive) {
      yield {
        change: { exclusive: false },
        model: (own) => ({ ...own, isExclusive: false }),
        say: () => "Let it share its cards with other models.",
      };
    }
  },
};

/** Others share their cards, and the model too. */
export const sharedBy: Waiver = {
  names: ({ model, models }) => exclusiveOthers(model, models),
  attempt: ({ model, models }, names) => {
    const owners = models.filter(({ name }) => names.includes(name));
    return {
      change: {
        ...(model.isExclusive ? { exclusive: false } : {}),
        ...othersChange(owners, () => ({ exclusive: false })),
      },
      model: (own) => ({ ...own, isExclusive: false }),
      others: (other) => (names.includes(other.name) ? { ...other, isExclusive: false } : other),
      say: () => `Let ${names.join(", ")} share cards with it.`,
    };
  },
};

export const fewerReplicas: Family = {
  *attempts({ model }) {
    for (let replicas = model.replicas - 1; replicas >= 1; replicas -= 1) {
      const maxBatchSize = Math.max(model.limits.maxBatchSize, Math.ceil(model.wanted / replicas));
      yield {
        change: { replicas, maxBatchSize },
        model: (own) => ({ ...own, replicas, limits: { ...own.limits, maxBatchSize } }),
        say: (_, name) =>
          `Run ${replicas} ${replicas === 1 ? "replica" : "replicas"}${ofName(name)} instead of ${model.replicas}.`,
      };
    }
  },
};

/** Models that this one may not share a card with, whichever of the two says so. */
export function apartFrom(model: PlannedModel, models: Refused["models"]): readonly string[] {
  return models
    .filter(
      (other) =>
        other.name !== model.name &&
        (model.notWith.includes(other.name) || other.notWith.includes(model.name)),
    )
    .map(({ name }) => name);
}

/** Other models that want their cards for themselves. */
export function exclusiveOthers(model: PlannedModel, models: Refused["models"]): readonly string[] {
  return models
    .filter((other) => other.name !== model.name && other.isExclusive)
    .map(({ name }) => name);
}

function withoutPin({ gpus: _, ...rest }: PlannedModel): PlannedModel {
  return rest;
}

export function cardsOf(model: PlannedModel, { replicas }: PlacedFleet): string {
  return replicas
    .filter((replica) => replica.model.name === model.name)
    .flatMap(({ assignment }) => assignment.cards)
    .join(", ");
}
