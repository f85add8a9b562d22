import { leastEach } from "../placement/survive.ts";
import type { Family } from "./remedy.ts";
import { cardsOf } from "./remedy-wishes.ts";

/** Replicas that are added at the most, so that those that are left after a loss have room enough. */
const MOST_MORE = 2;

/** A replica more, so that a loss leaves enough of them. */
export const moreReplicas: Family = {
  kind: "more-replicas",
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

/** The model need not outlive a loss. */
export const mortal: Family = {
  kind: "survive",
  *attempts({ model }) {
    if (model.survives !== undefined) {
      const { loss } = model.survives;
      yield {
        change: { survive: "none" },
        model: ({ survives: _, refused: __, ...rest }) => rest,
        say: () =>
          `Do without it after the loss of a ${loss === "gpu" ? "card" : "host"}: it then answers again when another has taken its place.`,
      };
    }
  },
};
