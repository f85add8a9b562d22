import type { StoredWeights } from "../model/quantization.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { weightsOf } from "./estimate-request.ts";
import { runnable } from "./planned-precisions.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { smallerKvOf } from "./remedy-settings.ts";
import { cardsOf, withoutPin } from "./remedy-wishes.ts";

/** Another model may leave the cards that it is pinned to. */
export const moved: Family = {
  kind: "move",
  *attempts(refused) {
    for (const other of othersIn(refused)) {
      if (other.gpus !== undefined) {
        yield {
          change: { others: { [other.name]: { gpus: null } } },
          others: (each) => (each.name === other.name ? withoutPin(each) : each),
          say: (placed) =>
            `Let ${other.name} leave ${other.gpus?.join(", ")}: it goes on ${cardsOf(other, placed)}, this one on ${cardsOf(refused.model, placed)}.`,
        };
      }
    }
  },
};

/** A smaller type for the KV cache of another model, the finest first. */
export const smallerKvOfOther: Family = {
  kind: "other-kv-dtype",
  *attempts(refused) {
    for (const other of noHigher(refused)) {
      for (const kvCacheDtype of smallerKvOf(other, refused.fleet)) {
        yield {
          change: { others: { [other.name]: { kvCacheDtype } } },
          eases: other.name,
          others: (each) => (each.name === other.name ? { ...each, kvCacheDtype } : each),
          say: () =>
            `Keep the KV cache of ${other.name} in ${kvCacheDtype} instead of ${other.kvCacheDtype}.`,
        };
      }
    }
  },
};

/** Another precision of another model, the finest first. */
export const otherPrecisionOfOther: Family = {
  kind: "other-precision",
  *attempts(refused) {
    for (const other of noHigher(refused)) {
      const tried = other.weights.map(({ quantization }) => quantization);
      const weights = runnable(other, refused.fleet)
        .filter((quantization) => !tried.includes(quantization))
        .map((quantization) => weightsOf(other.name, other.spec, quantization));
      const looser = weightedAttempt(other, weights);
      yield* weights.map((one) => ({ ...weightedAttempt(other, [one]), looser }));
    }
  },
};

/** One other model at any of these precisions. */
function weightedAttempt(other: PlannedModel, weights: readonly StoredWeights[]): Attempt {
  const [to, from] = [weights, other.weights].map((some) =>
    some.map(({ quantization }) => quantization).join(" or "),
  );
  return {
    change: { others: { [other.name]: { quantization: to } } },
    eases: other.name,
    others: (each) => (each.name === other.name ? { ...each, weights } : each),
    say: () => `Run ${other.name} at ${to} instead of ${from}.`,
  };
}

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
function noHigher(refused: Refused): readonly PlannedModel[] {
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
