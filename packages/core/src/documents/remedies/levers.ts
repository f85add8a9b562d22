import { kvBytesPerElement } from "../../model/quantization.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { sameLog } from "../../units/same-math.ts";
import { concerned, ofOther } from "./attempts.ts";
import { changedBy } from "./changed.ts";
import { fewestThatHold, lastThatHolds } from "./dial.ts";
import { LIMITS, withMore } from "./host-limits.ts";
import { SETTINGS } from "./order.ts";
import { givesUp } from "./promise.ts";
import type { Attempt, Dial, Looking, Means, Refused, Waiver, Wish } from "./remedy.ts";
import { weightBytesOf } from "./room.ts";

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
  /** Where this way holds: what asks for most of all that is between it and the next way that asks for more. */
  readonly gentlest: (holds: (attempt: Attempt) => boolean) => Attempt;
}

/** All levers of which none was found to be enough by itself, the model's own before those of others that may be in the way. */
export function leversFor(refused: Refused, looking: Looking): readonly Lever[] {
  const parts = SETTINGS.filter(
    ({ kind, isOnlyAlone }) => isOnlyAlone !== true && !looking.found.has(kind),
  );
  return parts.flatMap((part) => {
    const gives: Lever["gives"] = (wish) => givesUp(part.kind, refused.model.name, wish);
    return part.of === undefined
      ? [lever(part.means, gives)]
      : concerned(part, refused, looking).map((other) =>
          lever(
            part.means.map((means) => ofOther(means, other)),
            (wish) => wish.model === other.name && givesUp(part.kind, other.name, wish),
          ),
        );
  });
}

/** More of one thing that hosts have only so much of, each by itself. */
export function limitLevers({ fleet }: Refused): readonly Lever[] {
  return LIMITS.filter(({ key }) => fleet.hosts?.some((host) => host[key] !== undefined)).map(
    (limit) => lever([withMore([limit])], ({ kind }) => kind === limit.wish),
  );
}

function lever(all: readonly Means[], gives: Lever["gives"]): Lever {
  return {
    gives,
    ways: (refused, looking) =>
      all
        .flatMap((means) => waysOf(means, refused, looking))
        .toSorted((a, b) => a.halvings - b.halvings),
  };
}

function waysOf(means: Means, refused: Refused, looking: Looking): readonly Way[] {
  if ("values" in means) {
    return stepsOf(means, refused);
  }
  if ("names" in means) {
    return waiverOf(means, refused);
  }
  return [...means.attempts(refused, looking)].map((attempt) => ({
    attempt,
    halvings: halvingsOf(attempt, refused),
    gentlest: () => attempt,
  }));
}

function waiverOf(waiver: Waiver, refused: Refused): readonly Way[] {
  const names = waiver.names(refused);
  const all = waiver.attempt(refused, names);
  const gentlest: Way["gentlest"] = (holds) => fewestThatHold(waiver, { refused, all }, holds);
  return names.length === 0 ? [] : [{ attempt: all, halvings: 0, gentlest }];
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
      : [
          {
            attempt,
            halvings: halvingsOf(attempt, refused),
            gentlest: (holds) => lastThatHolds(upwards.slice(1), holds) ?? attempt,
          },
        ];
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
