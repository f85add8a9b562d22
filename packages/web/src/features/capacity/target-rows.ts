import type { ModelCapacity, UnplacedCapacity } from "@berth/core/capacity";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { rateText, targetText } from "../../text/say-capacity.ts";

/** A target of a model, and how it stands. */
export interface TargetRow {
  readonly model: string;
  readonly target: string;
  readonly isMet: boolean;
  /** The rate at which it breaks, or that there is no place to break in. */
  readonly breaks: string;
}

/** The targets of all models; those of models without a place are missed. */
export function targetRows(
  models: readonly ModelCapacity[],
  unplaced: readonly UnplacedCapacity[],
): readonly TargetRow[] {
  return [
    ...models.flatMap(({ model, targets }) =>
      targets.map((target) => ({
        model,
        target: targetText(target),
        isMet: target.isMet,
        breaks: rateText(target.breaksAtRequestsPerSecond),
      })),
    ),
    ...unplaced.flatMap(({ model, targets }) =>
      targets.map((target) => ({
        model,
        target: targetText(target),
        isMet: false,
        breaks: CAPACITY_TEXT.served.limits["no-place"],
      })),
    ),
  ];
}
