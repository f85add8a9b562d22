import { formatCount } from "@berth/core";
import type { FleetCapacity, Latency, ModelCapacity, UnplacedCapacity } from "@berth/core/capacity";
import { CAPACITY_TEXT } from "../../text/capacity-en.ts";
import { rateText, shareText, timeText } from "../../text/say-capacity.ts";

const { served: text, none } = CAPACITY_TEXT;

/** A column of what models serve: what it says of one, and of all where that can be summed. */
export interface ServedColumn {
  readonly id: string;
  readonly name: string;
  readonly of: (model: ModelCapacity) => string;
  readonly ofAll?: (fleet: FleetCapacity) => string;
  /** Of a model without a place, where there is something to say. */
  readonly without?: (model: UnplacedCapacity) => string;
}

export const SERVED_COLUMNS: readonly ServedColumn[] = [
  {
    id: "rate",
    name: text.rate,
    of: ({ requestsPerSecond }) => rateText(requestsPerSecond),
    ofAll: ({ requestsPerSecond }) => rateText(requestsPerSecond),
    without: ({ requestsPerSecond: asked }) => (asked === undefined ? none : rateText(asked)),
  },
  {
    id: "most",
    name: text.most,
    of: ({ mostRequestsPerSecond }) => rateText(mostRequestsPerSecond),
    without: () => rateText(0),
  },
  {
    id: "load",
    name: text.load,
    of: ({ utilization, mostRequestsPerSecond }) =>
      shareText(mostRequestsPerSecond > 0 ? utilization : undefined),
  },
  {
    id: "input",
    name: text.input,
    of: ({ inputTokensPerSecond }) => formatCount(inputTokensPerSecond),
    ofAll: ({ inputTokensPerSecond }) => formatCount(inputTokensPerSecond),
    without: () => formatCount(0),
  },
  {
    id: "output",
    name: text.output,
    of: ({ outputTokensPerSecond }) => formatCount(outputTokensPerSecond),
    ofAll: ({ outputTokensPerSecond }) => formatCount(outputTokensPerSecond),
    without: () => formatCount(0),
  },
  {
    id: "running",
    name: text.running,
    of: ({ concurrency: { running } }) => (running === undefined ? none : rateText(running)),
  },
  {
    id: "runningMost",
    name: text.runningMost,
    of: ({ concurrency: { most } }) => formatCount(Math.floor(most)),
  },
  {
    id: "limit",
    name: text.limit,
    of: ({ concurrency: { limit } }) => text.limits[limit],
    without: () => text.limits["no-place"],
  },
  { id: "kv50", name: text.kv50, of: ({ kvOccupancy }) => shareText(kvOccupancy?.p50) },
  { id: "kv95", name: text.kv95, of: ({ kvOccupancy }) => shareText(kvOccupancy?.p95) },
  {
    id: "kv99",
    name: text.kv99,
    of: (model) => `${shareText(model.kvOccupancy?.p99)}${fullest(model)}`,
  },
  { id: "waits", name: text.waits, of: ({ chanceToWait }) => shareText(chanceToWait) },
];

/** " #2": the replica whose cache is shown, the fullest one, where not all are alike. */
function fullest({ kvOccupancy, replicas }: ModelCapacity): string {
  const areAlike = new Set(replicas.map(({ weight }) => weight)).size <= 1;
  return areAlike || kvOccupancy === undefined ? "" : ` #${kvOccupancy.replica + 1}`;
}

/** "80 ms to 190 ms": where 95 % of measurements lie. */
export function boundsText({ lowSeconds, highSeconds }: Latency): string {
  return `${timeText(lowSeconds)} – ${timeText(highSeconds)}`;
}
