import { sameLog1p } from "../../units/same-math.ts";
import type { Random } from "../random.ts";
import type { Arrivals } from "../workload.ts";
import { type RequestSample, SAMPLE_SIZE } from "./requests.ts";

/** Requests that come to each path of a replica. */
export interface ArrivalWalk {
  /** What comes to the paths until these seconds since their start. The arrays are filled anew by the next call. */
  until(seconds: Float64Array, tick: number): Arrived;
  /** Requests that have come to each path in all. */
  readonly counts: Float64Array;
}

/** Requests that came to all paths. Three rows of all paths each: requests, their needs, and requests times tick. */
export interface Arrived {
  /** By output length. */
  readonly kinds: readonly Float32Array[];
  readonly all: Float32Array;
}

export interface ArrivalSetting {
  readonly arrivals: Arrivals;
  /** Replicas among which the requests are dealt, one after another. */
  readonly replicas: number;
  readonly sample: RequestSample;
  readonly paths: number;
  readonly random: Random;
}

/** Words of random bits drawn at once. */
const BATCH = 4096;
/** Bits of a word that choose a gap; other ones choose a request of the sample. */
const GAP_BITS = 10;
const WORD_BITS = 32;

/**
 * Every path draws its own requests. A trace is walked from a random request of it, in a circle, and each request comes
 * with its own lengths; constant arrivals begin at a random moment of their first gap.
 */
export function arrivalWalk({ sample, paths, random, ...setting }: ArrivalSetting): ArrivalWalk {
  const gaps = gapsOf({ ...setting, paths, random });
  const kindCount = sample.outputs.length;
  // rows of all kinds in one array, so that the loop over requests writes into one; `all` comes last
  const rows = new Float32Array(3 * paths * (kindCount + 1));
  const part = (kind: number) => rows.subarray(3 * paths * kind, 3 * paths * (kind + 1));
  const arrived: Arrived = {
    kinds: sample.outputs.map((_, kind) => part(kind)),
    all: part(kindCount),
  };
  const counts = new Float64Array(paths);
  const draw = drawRequests({ sample, random, gaps, rows, counts });
  return {
    counts,
    until: (seconds, tick) => {
      rows.fill(0);
      draw(seconds, tick);
      return arrived;
    },
  };
}

interface Drawing {
  readonly sample: RequestSample;
  readonly random: Random;
  readonly gaps: Gaps;
  readonly rows: Float32Array;
  readonly counts: Float64Array;
}

/** A request beside its need in one number, so that a sum of these counts both; needs stay below it. */
const ONE_REQUEST = 2 ** 32;

/** Writes all requests up to the paths' `seconds` into `rows`: for each output length, and for all. */
function drawRequests({
  sample: { kinds, needs, outputs, isTrace },
  random,
  gaps: { next, table, places, replicas },
  rows,
  counts,
}: Drawing): (seconds: Float64Array, tick: number) => void {
  const paths = counts.length;
  const kindCount = outputs.length;
  const last = 3 * paths * kindCount;
  const requests = Float64Array.from(needs, (need) => ONE_REQUEST + need);
  const sums = new Float64Array(kindCount);
  const words = new Uint32Array(BATCH);
  let used = BATCH;
  /** A path's requests up to `end` into `sums`. */
  const walk = (path: number, end: number): void => {
    let at = next[path] as number;
    let place = places[path] as number;
    while (at <= end) {
      if (used === BATCH) {
        random.fill(words);
        used = 0;
      }
      const word = words[used] as number;
      used += 1;
      const request = isTrace ? place : word & (SAMPLE_SIZE - 1);
      (sums[kinds[request] as number] as number) += requests[request] as number;
      place = isTrace ? (place + replicas) % table.length : word >>> (WORD_BITS - GAP_BITS);
      at += table[place] as number;
    }
    next[path] = at;
    places[path] = place;
  };
  return (seconds, tick) => {
    for (let path = 0; path < paths; path += 1) {
      const end = seconds[path] as number;
      if ((next[path] as number) > end) {
        continue;
      }
      walk(path, end);
      let all = 0;
      for (let kind = 0; kind < kindCount; kind += 1) {
        const sum = sums[kind] as number;
        sums[kind] = 0;
        all += sum;
        const count = Math.floor(sum / ONE_REQUEST);
        const row = 3 * paths * kind + path;
        rows[row] = count;
        rows[row + paths] = sum - count * ONE_REQUEST;
        rows[row + 2 * paths] = count * tick;
      }
      const count = Math.floor(all / ONE_REQUEST);
      rows[last + path] = count;
      rows[last + paths + path] = all - count * ONE_REQUEST;
      rows[last + 2 * paths + path] = count * tick;
      (counts[path] as number) += count;
    }
  };
}

interface Gaps {
  /** When the next request of each path comes. */
  readonly next: Float64Array;
  /** Seconds from one request to the next: drawn from, or of a trace gone through in steps of so many replicas. */
  readonly table: Float64Array;
  readonly replicas: number;
  /** Where in the table each path is: of a trace, at its next request. */
  readonly places: Uint32Array;
}

type GapSetting = Pick<ArrivalSetting, "arrivals" | "replicas" | "paths" | "random">;

function gapsOf({ arrivals, replicas, paths, random }: GapSetting): Gaps {
  const mean = replicas / arrivals.rate;
  const places = new Uint32Array(paths);
  switch (arrivals.kind) {
    case "constant": {
      const next = Float64Array.from(places, () => random.uniform() * mean);
      return { next, table: new Float64Array(2 ** GAP_BITS).fill(mean), replicas: 0, places };
    }
    case "poisson": {
      const next = Float64Array.from(places, () => random.exponential() * mean);
      return { next, table: exponentialGaps(mean), replicas: 0, places };
    }
    case "trace": {
      const times = arrivals.requests.map(({ at }) => at);
      return {
        next: Float64Array.from(places, () => random.uniform() * mean),
        table: traceGaps(times, replicas, 1 / arrivals.rate),
        replicas,
        places: places.map(() => Math.floor(random.uniform() * times.length)),
      };
    }
    default:
      return arrivals satisfies never;
  }
}

/** The middles of equally likely slices of exponential gaps, stretched to their mean. */
function exponentialGaps(mean: number): Float64Array {
  const slices = 2 ** GAP_BITS;
  const gaps = Float64Array.from({ length: slices }, (_, i) => -sameLog1p(-(i + 1 / 2) / slices));
  const scale = (mean * slices) / gaps.reduce((sum, gap) => sum + gap, 0);
  return gaps.map((gap) => gap * scale);
}

/** From the request before the one of each place to that `replicas` later; `gap` from the last to the first. */
function traceGaps(times: readonly number[], replicas: number, gap: number): Float64Array {
  const count = times.length;
  const around = (times.at(-1) ?? 0) - (times[0] ?? 0) + gap;
  const timeOf = (index: number) =>
    (times[((index % count) + count) % count] ?? 0) + around * Math.floor(index / count);
  return Float64Array.from(times, (_, place) => timeOf(place) - timeOf(place - replicas));
}
