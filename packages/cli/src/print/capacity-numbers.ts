import { formatRate, formatShare } from "@berth/core";
import type { Latency, UnplacedCapacity } from "@berth/core/capacity";

/** Three digits of what may be 0.02 or 2,000. */
export function rate(value: number): string {
  return formatRate(value);
}

/** "0.4", "20" */
export function oneDigit(value: number): string {
  return String(Number(value.toPrecision(1)));
}

export function share(value: number | undefined): string {
  return value === undefined ? "-" : formatShare(value);
}

/** "120 ms", "2.50 s", "1,790 s" */
export function time(seconds: number): string {
  return 1000 * seconds < LEAST_IN_SECONDS
    ? `${(1000 * seconds).toPrecision(3)} ms`
    : `${rate(seconds)} s`;
}

/** From here on, three digits of milliseconds would be a whole second. */
const LEAST_IN_SECONDS = 999.5;

export function percentile(latency: Pick<Latency, "percentile">): string {
  return `p${Number((100 * latency.percentile).toFixed(3))}`;
}

export const LATENCY_NAMES = { ttft: "TTFT", tpot: "TPOT", e2e: "end to end" } as const;

/** "TTFT p95 ≤ 500 ms" */
export function targetText(target: UnplacedCapacity["targets"][number]): string {
  return `${LATENCY_NAMES[target.metric]} ${percentile(target)} ≤ ${time(target.mostSeconds)}`;
}

/** "#1, #3" */
export function alikeText(replicas: readonly number[]): string {
  return replicas.map((replica) => `#${replica + 1}`).join(", ");
}
