import { formatRate, formatShare } from "@berth/core";
import type { CapacityDocument, Interval, Latency, TargetCapacity } from "@berth/core/capacity";
import { CAPACITY_TEXT } from "./capacity-en.ts";

const DIGITS = 3;
const MILLI = 1000;
const PERCENT = 100;

/** Three digits of what may be 0.02 or 2,000, as the command line prints it. */
export function rateText(value: number): string {
  return formatRate(value);
}

/** "38 %" */
export function shareText(value: number | undefined): string {
  return value === undefined ? CAPACITY_TEXT.none : formatShare(value);
}

/** "120 ms", "2.50 s", "1,790 s" */
export function timeText(seconds: number): string {
  return MILLI * seconds < LEAST_IN_SECONDS
    ? `${(MILLI * seconds).toPrecision(DIGITS)} ms`
    : `${rateText(seconds)} s`;
}

/** From here on, three digits of milliseconds would be a whole second. */
const LEAST_IN_SECONDS = 999.5;

/** "p95", "p99.9" */
export function percentileText(percentile: number): string {
  return `p${Number((PERCENT * percentile).toFixed(DIGITS))}`;
}

/** "TTFT p95" */
export function latencyText({
  metric,
  percentile,
}: Pick<Latency, "metric" | "percentile">): string {
  return `${CAPACITY_TEXT.metrics[metric]} ${percentileText(percentile)}`;
}

/** "TTFT p95 ≤ 500 ms" */
export function targetText(
  target: Pick<TargetCapacity, "metric" | "percentile" | "mostSeconds">,
): string {
  return `${latencyText(target)} ≤ ${timeText(target.mostSeconds)}`;
}

/** "12.3 ± 0.4" */
export function spreadText({ value, low, high }: Interval): string {
  return `${rateText(value)} ± ${oneDigit((high - low) / 2)}`;
}

/** "0.4", "20" */
function oneDigit(value: number): string {
  return String(Number(value.toPrecision(1)));
}

/** "3.1 ± 0.2 %"; of what never happened, the most that it may be. */
export function chanceText({ value, low, high }: Interval): string {
  const half = (PERCENT * (high - low)) / 2;
  if (value === 0 && half > 0) {
    return `≤ ${oneDigit(PERCENT * high)} %`;
  }
  if (half === 0) {
    return shareText(value);
  }
  const digits = half < 1 ? 1 : 0;
  return `${(PERCENT * value).toFixed(digits)} ± ${Math.max(half, LEAST_SHOWN).toFixed(digits)} %`;
}

const LEAST_SHOWN = 0.1;

/** Whether every model has a place, serves what it is asked for and meets its targets, and which does not; in sentences. */
export function verdictOf({ models, unplaced }: CapacityDocument): {
  readonly isGood: boolean;
  readonly sentences: readonly string[];
} {
  const text = CAPACITY_TEXT.verdict;
  const short = models.flatMap(({ model, isServed, targets, ...rates }) =>
    isServed
      ? targets
          .filter(({ isMet }) => !isMet)
          .map((target) =>
            target.breaksAtRequestsPerSecond > 0
              ? text.missed(model, targetText(target), rateText(target.breaksAtRequestsPerSecond))
              : text.never(model, targetText(target)),
          )
      : [
          text.overloaded(
            model,
            rateText(rates.requestsPerSecond),
            rateText(rates.mostRequestsPerSecond),
          ),
        ],
  );
  const wrong = [...unplaced.map(({ model }) => CAPACITY_TEXT.noPlace(model)), ...short];
  const hasTargets = models.some(({ targets }) => targets.length > 0);
  return wrong.length > 0
    ? { isGood: false, sentences: wrong }
    : {
        isGood: true,
        sentences: [text.all(models.length), ...(hasTargets ? [text.targets] : [])],
      };
}
