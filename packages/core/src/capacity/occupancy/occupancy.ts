import {
  type Estimate,
  type QuantileEstimates,
  ratioEstimate,
  shareEstimate,
} from "../quantiles.ts";
import type { TensorBackend } from "../tensors.ts";
import type { OccupancyCase, OccupancyOptions } from "./occupancy-case.ts";
import {
  bandsOf,
  type OccupancyBand,
  type OccupancyQuantiles,
  overallOf,
  type Recorded,
} from "./record.ts";
import { pathParts, type WalkedPart, walkPart } from "./walk-part.ts";

/** How full a replica's KV cache is over time, and what its requests meet. */
export interface Occupancy {
  readonly backend: TensorBackend | "typed-arrays";
  readonly paths: number;
  readonly seed: number;
  readonly ticks: number;
  /** Of the cache, by time, over all paths. */
  readonly overall: OccupancyQuantiles;
  /** The same with intervals, from the spread between groups of the paths. */
  readonly intervals: QuantileEstimates;
  readonly bands: readonly OccupancyBand[];
  /** Sequences that run, by time. */
  readonly sequences: Estimate;
  /** The chance that a request finds no seat or no room when it comes. */
  readonly waits: Estimate;
  /** Times that a request is paused for want of room: how many for each that has started. */
  readonly pauses: Estimate;
  /** The chance that the cache has no room at least once in all the time: for a request that has a seat, or for tokens. */
  readonly runsOut: Estimate;
  /** The chance that at least one request waits in all the time. */
  readonly everWaits: Estimate;
}

/**
 * Monte Carlo of a replica that starts empty: many independent paths at once. What is approximated stands in
 * docs/capacity.md. Throws a TensorBackendError where the backend does not load, a CancelledError on abort.
 */
export async function simulateOccupancy(
  one: OccupancyCase,
  options: OccupancyOptions,
): Promise<Occupancy> {
  const parts = pathParts(options);
  const walked: WalkedPart[] = [];
  for (const part of parts) {
    const onProgress = (done: number) =>
      options.onProgress?.((walked.length + done) / parts.length);
    walked.push(await walkPart(one, { ...options, onProgress }, part));
  }
  return occupancyOf(walked, options);
}

/** What all parts say together, in the order of `pathParts`. */
export function occupancyOf(
  parts: readonly WalkedPart[],
  options: Pick<OccupancyOptions, "paths" | "seed" | "bands" | "horizonSeconds">,
): Occupancy {
  const { paths, seed } = options;
  const records = parts.map(({ recorded }) => recorded);
  const all = (of: (recorded: Recorded) => Float64Array) => joined(records.map(of));
  const row = (index: number) =>
    joined(
      parts.map(({ events, requests: { length } }) =>
        events.subarray(index * length, (index + 1) * length),
      ),
    );
  const waiting = row(3);
  const requests = joined(parts.map((part) => part.requests));
  const started = requests.map((came, path) => came - (waiting[path] ?? 0));
  const hits = (index: number) => row(index).reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
  const intervals = overallOf(records);
  return {
    backend: parts[0]?.backend ?? "typed-arrays",
    paths,
    seed,
    ticks: Math.max(...parts.map(({ ticks }) => ticks)),
    overall: { p50: intervals.p50.value, p95: intervals.p95.value, p99: intervals.p99.value },
    intervals,
    bands: bandsOf(records, options),
    sequences: ratioEstimate(
      all(({ sequenceTime }) => sequenceTime),
      all(({ time }) => time),
    ),
    waits: ratioEstimate(
      all(({ waited }) => waited),
      all(({ came }) => came),
    ),
    pauses: ratioEstimate(row(2), started),
    everWaits: shareEstimate(hits(0), paths),
    runsOut: shareEstimate(hits(1), paths),
  };
}

function joined(parts: readonly (Float64Array | Float32Array)[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
