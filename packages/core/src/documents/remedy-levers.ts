import { kvBytesPerElement } from "../model/quantization.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { sameLog } from "../units/same-math.ts";
import type { Attempt, Dial, Family, Looking, Refused, RemedyKind, Wish } from "./remedy.ts";
import { changedBy } from "./remedy-change.ts";
import { inTheWay, LESS_OF_OTHERS, type Less, ofOther } from "./remedy-less-of-others.ts";
import { moved } from "./remedy-others.ts";
import { otherLayout, otherPrecision } from "./remedy-precision.ts";
import { givesUp } from "./remedy-promise.ts";
import { weightBytesOf } from "./remedy-room.ts";
import {
  fewerSequences,
  shorterSequences,
  shorterSteps,
  smallerBatch,
  smallerKv,
} from "./remedy-settings.ts";
import { apart, fewerReplicas, labelled, pinned, shared, together } from "./remedy-wishes.ts";

/** Something that may be given up together with others. */
export interface Lever {
  /** Whether it gives this up when it is moved as far as it goes. */
  readonly gives: (wish: Wish) => boolean;
  /** From what takes least away to what takes most. */
  readonly ways: (refused: Refused, looking: Looking) => readonly Way[];
}

export interface Way {
  readonly attempt: Attempt;
  /** How often what was asked for is halved: 1 from 8 sequences to 4, or from 16 bits to 8. */
  readonly halvings: number;
  /** The same with values from its own to the next way's that asks for more; only itself where there is no number. */
  readonly upwards: readonly (() => Attempt)[];
}

/** What may be given up with something else by the model itself, what costs users least first. */
const OWN: readonly { readonly kind: RemedyKind; readonly less: Less }[] = [
  { kind: "layout", less: [otherLayout] },
  { kind: "pin", less: [pinned] },
  { kind: "labels", less: [labelled] },
  { kind: "sequences", less: [fewerSequences, smallerBatch] },
  { kind: "length", less: [shorterSequences] },
  { kind: "steps", less: [shorterSteps] },
  { kind: "kv-dtype", less: [smallerKv] },
  { kind: "not-with", less: [apart] },
  { kind: "exclusive", less: [shared] },
  { kind: "spread", less: [together] },
  { kind: "replicas", less: [fewerReplicas] },
  { kind: "precision", less: [otherPrecision] },
];

/** All levers of which none was found to be enough by itself, the model's own before those of others that may be in the way. */
export function leversFor(refused: Refused, looking: Looking): readonly Lever[] {
  const { model } = refused;
  const { found } = looking;
  const own = OWN.filter(({ kind }) => !found.has(kind)).map(({ kind, less }) =>
    lever(less, (wish) => givesUp(kind, model.name, wish)),
  );
  const others = inTheWay(refused, looking);
  const theirs = LESS_OF_OTHERS.filter(({ kind }) => !found.has(kind)).flatMap(({ kind, less }) =>
    others.map((other) =>
      lever(
        less.map((one) => ofOther(one, other)),
        (wish) => wish.model === other.name && givesUp(kind, other.name, wish),
      ),
    ),
  );
  const leaving = others.map((other) =>
    lever([leave(other)], (wish) => wish.model === other.name && givesUp("move", other.name, wish)),
  );
  return [...own, ...(found.has("move") ? [] : leaving), ...theirs];
}

function leave({ name }: PlannedModel): Family {
  return {
    kind: "move",
    *attempts(refused, looking) {
      for (const attempt of moved.attempts(refused, looking)) {
        if (attempt.eases === name) {
          yield attempt;
        }
      }
    },
  };
}

function lever(less: Less, gives: Lever["gives"]): Lever {
  return {
    gives,
    ways: (refused, looking) =>
      less
        .flatMap((one) => ("values" in one ? stepsOf(one, refused) : waysOf(one, refused, looking)))
        .toSorted((a, b) => a.halvings - b.halvings),
  };
}

function waysOf(family: Family, refused: Refused, looking: Looking): readonly Way[] {
  return [...family.attempts(refused, looking)].map((attempt) => ({
    attempt,
    halvings: halvingsOf(attempt, refused),
    upwards: [() => attempt],
  }));
}

/** Parts of a number that are tried beside something else; who has to give up more than the last is better served by another change. */
const PARTS: readonly number[] = [1, 0.75, 0.5, 0.25];

function stepsOf(dial: Dial, refused: Refused): readonly Way[] {
  const values = dial.values(refused);
  const most = values.at(-1) ?? 0;
  const tops = PARTS.map((part) => values.findLastIndex((value) => value <= part * most));
  return [...new Set(tops)].flatMap((top, i, all): readonly Way[] => {
    const upwards = values
      .slice(top, i === 0 ? top + 1 : all[i - 1])
      .map((value) => () => dial.attempt(refused, value));
    const attempt = top < 0 ? undefined : upwards[0]?.();
    return attempt === undefined
      ? []
      : [{ attempt, halvings: halvingsOf(attempt, refused), upwards }];
  });
}

/** Over all that changes in models: how much less is asked for. What has no size counts nothing. */
export function halvingsOf(attempt: Attempt, refused: Refused): number {
  const before = new Map(refused.models.map((model) => [model.name, model]));
  const { fleet, models } = changedBy(refused, attempt);
  return models
    .map((after) => {
      const model = before.get(after.name) ?? after;
      const weights = weightBytesOf(model, fleet) / weightBytesOf(after, fleet);
      // precisions of about as many bits cost the same: the list of them has the better liked first
      return log2(sizeOf(model) / sizeOf(after)) + Math.ceil(log2(weights));
    })
    .reduce((sum, halvings) => sum + halvings, 0);
}

function sizeOf({ limits, replicas, least, wanted, kvCacheDtype }: PlannedModel): number {
  const sequences = Math.min(least * wanted, Number.MAX_SAFE_INTEGER);
  const tokens = limits.maxSeqLen * limits.maxNumTokens;
  return sequences * tokens * replicas * kvBytesPerElement(kvCacheDtype);
}

function log2(value: number): number {
  return sameLog(value) / Math.LN2;
}
