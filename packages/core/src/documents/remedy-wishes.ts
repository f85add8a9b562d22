import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { ofName } from "./remedy-settings.ts";

/** The model's cards are named in the fleet file. */
export const pinned: Family = {
  kind: "pin",
  *attempts({ model }) {
    if (model.gpus !== undefined) {
      yield {
        change: { gpus: null },
        model: withoutPin,
        say: (placed) =>
          `Let it use other cards than ${model.gpus?.join(", ")}: it goes on ${cardsOf(model, placed)}.`,
      };
    }
  },
};

/** The model asks for cards with labels. */
export const labelled: Family = {
  kind: "labels",
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
export const apart: Family = {
  kind: "not-with",
  *attempts({ model, models }) {
    const names = apartFrom(model, models);
    if (names.length > 0) {
      yield {
        change: {
          notWith: [],
          others: Object.fromEntries(
            models
              .filter(({ notWith }) => notWith.includes(model.name))
              .map((other) => [
                other.name,
                { notWith: other.notWith.filter((name) => name !== model.name) },
              ]),
          ),
        },
        model: (own) => ({ ...own, notWith: [] }),
        others: (other) => ({
          ...other,
          notWith: other.notWith.filter((name) => name !== model.name),
        }),
        say: () => `Let it share a card with ${names.join(", ")}.`,
      };
    }
  },
};

/** Its replicas are to be on different hosts. */
export const together: Family = {
  kind: "spread",
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

/** Its own wish for exclusive cards, then everyone's. */
export const shared: Family = {
  kind: "exclusive",
  *attempts({ model, models }) {
    if (model.isExclusive) {
      yield {
        change: { exclusive: false },
        model: (own) => ({ ...own, isExclusive: false }),
        say: () => "Let it share its cards with other models.",
      };
    }
    const owners = exclusiveOthers(model, models);
    if (owners.length > 0) {
      yield sharedBy(owners);
    }
  },
};

/** The same, one other model at a time before all of them. */
export const sharedByFewest: Family = {
  kind: "exclusive",
  *attempts(refused, looking) {
    const owners = exclusiveOthers(refused.model, refused.models);
    for (const attempt of shared.attempts(refused, looking)) {
      if (attempt.change["others"] !== undefined && owners.length > 1) {
        yield* owners.map((name) => ({ ...sharedBy([name]), looser: attempt }));
      }
      yield attempt;
    }
  },
};

/** These share their cards, and the model too. */
function sharedBy(owners: readonly string[]): Attempt {
  return {
    change: {
      exclusive: false,
      others: Object.fromEntries(owners.map((name) => [name, { exclusive: false }])),
    },
    model: (own) => ({ ...own, isExclusive: false }),
    others: (other) => (owners.includes(other.name) ? { ...other, isExclusive: false } : other),
    say: () => `Let ${owners.join(", ")} share cards with it.`,
  };
}

export const fewerReplicas: Family = {
  kind: "replicas",
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

export function withoutPin({ gpus: _, ...rest }: PlannedModel): PlannedModel {
  return rest;
}

export function cardsOf(model: PlannedModel, { replicas }: PlacedFleet): string {
  return replicas
    .filter((replica) => replica.model.name === model.name)
    .flatMap(({ assignment }) => assignment.cards)
    .join(", ");
}
