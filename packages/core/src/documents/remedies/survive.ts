import type { PlannedModel } from "../../placement/planned-model.ts";
import { leastEach } from "../../placement/survive.ts";
import type { Attempt, Family } from "./remedy.ts";
import { cardsOf } from "./wishes.ts";

/** Replicas that are added at the most, so that those that are left after a loss have room enough. */
const MOST_MORE = 2;

/** A replica more, so that a loss leaves enough of them. */
export const moreReplicas: Family = {
  *attempts({ model }) {
    if (model.survives === undefined) {
      return;
    }
    for (let more = 1; more <= MOST_MORE; more += 1) {
      const replicas = model.replicas + more;
      const each = leastEach({ ...model, replicas });
      const maxBatchSize = Math.max(
        ...[model.limits.maxBatchSize, each].filter((size) => Number.isFinite(size)),
      );
      yield {
        change: { replicas, maxBatchSize },
        model: (own) => ({ ...own, replicas, limits: { ...own.limits, maxBatchSize } }),
        say: (placed) =>
          `Run ${replicas} replicas instead of ${model.replicas}: they go on ${cardsOf(model, placed)}.`,
      };
    }
  },
};

/**
 * The model need not outlive a loss: with the replicas that it has, then with fewer, since the last ones may only be
 * there for that. Where the loss alone speaks against it, its replicas stay as they are.
 */
export const mortal: Family = {
  *attempts({ model }) {
    yield* waysWithoutLoss(model);
  },
};

/** From all its replicas to one. */
export function* waysWithoutLoss(model: PlannedModel): Iterable<Attempt> {
  if (model.survives === undefined) {
    return;
  }
  const lost = model.survives.loss === "gpu" ? "card" : "host";
  if (model.refused !== undefined) {
    yield {
      change: { survive: "none" },
      model: withoutLoss,
      say: () =>
        `Do without it after the loss of a ${lost}: it then answers again when another has taken its place.`,
    };
    return;
  }
  for (let replicas = model.replicas; replicas >= 1; replicas -= 1) {
    const maxBatchSize = Math.max(model.limits.maxBatchSize, Math.ceil(model.wanted / replicas));
    yield {
      change: { survive: "none", replicas, maxBatchSize },
      model: (own) => ({
        ...withoutLoss(own),
        replicas,
        limits: { ...own.limits, maxBatchSize },
      }),
      say: () =>
        `Do without it after the loss of a ${lost}, with ${replicas} ${replicas === 1 ? "replica" : "replicas"}: it then answers again when another has taken its place.`,
    };
  }
}

function withoutLoss({ survives: _, refused: __, ...rest }: PlannedModel): PlannedModel {
  return rest;
}
