import { type Histogram, type QuantileEstimates, quantileEstimates } from "../quantiles.ts";
import type { RequestSample } from "./requests.ts";
import { heldWeights, type TickLaw, takenWeights } from "./tick-law.ts";

/** Shares of the cache below which it was for so much of the time. */
export interface OccupancyQuantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The quantiles over all paths from one moment to another, with intervals. */
export interface OccupancyBand extends QuantileEstimates {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Cells of a histogram of occupancy: 0.2 % of the cache each. */
const CELLS = 500;
/** Ticks from one look at the state to the next: occupancy changes little in a tick. */
export const LOOKS_EVERY = 3;
/** Cells of room below the largest need. */
const ROOM_CELLS = 1024;

/** What a record has collected of some paths, as arrays alone. */
export interface Recorded {
  readonly groups: number;
  readonly inBands: Float64Array<ArrayBuffer>;
  readonly inAll: Float64Array<ArrayBuffer>;
  /** For each path. */
  readonly came: Float64Array;
  readonly waited: Float64Array;
  readonly time: Float64Array;
  readonly sequenceTime: Float64Array;
}

/** The quantiles of what several records hold over all the time, with intervals. */
export function overallOf(records: readonly Recorded[]): QuantileEstimates {
  return quantileEstimates(
    records.flatMap(({ inAll, groups }) => histogramsIn(inAll, { from: 0, groups })),
  );
}

/** The same from one moment to another, for so many equal parts of the time. */
export function bandsOf(
  records: readonly Recorded[],
  { bands, horizonSeconds }: Pick<RecordSetting, "bands" | "horizonSeconds">,
): readonly OccupancyBand[] {
  return Array.from({ length: bands }, (_, band) => ({
    fromSeconds: (band * horizonSeconds) / bands,
    toSeconds: ((band + 1) * horizonSeconds) / bands,
    ...quantileEstimates(
      records.flatMap(({ inBands, groups }) =>
        histogramsIn(inBands, { from: band * groups, groups }),
      ),
    ),
  }));
}

function histogramsIn(
  weights: Float64Array,
  { from, groups }: { readonly from: number; readonly groups: number },
): readonly Histogram[] {
  return Array.from({ length: groups }, (_, group) => ({
    most: 1,
    weights: weights.subarray((from + group) * CELLS, (from + group + 1) * CELLS),
  }));
}

/** Collects what paths hold, weighted by time, and what a request finds that comes then. */
export class OccupancyRecord {
  readonly #law: TickLaw;
  readonly #shared: number;
  readonly #capacity: number;
  readonly #bands: number;
  /** Cells of each group of paths, in each band one after another. */
  readonly #inBands: Float64Array<ArrayBuffer>;
  /** Cells of each group of paths, of all its time. */
  readonly #inAll: Float64Array<ArrayBuffer>;
  readonly #groups: number;
  readonly #bandSeconds: number;
  readonly #horizon: number;
  readonly #refusal: Float64Array;
  readonly #largestNeed: number;
  /** For each path: requests that came, and how many of them had to wait, in expectation. */
  readonly came: Float64Array;
  readonly waited: Float64Array;
  /** For each path, its time and its sequences times time. */
  readonly time: Float64Array;
  readonly sequenceTime: Float64Array;

  constructor(law: TickLaw, sample: RequestSample, setting: RecordSetting) {
    const { paths, bands, groups, horizonSeconds } = setting;
    this.#law = law;
    this.#shared = sample.sharedTokens;
    this.#capacity = Math.max(1, law.kvTokens + sample.sharedTokens);
    this.#bands = bands;
    this.#groups = Math.min(groups, paths);
    this.#inBands = new Float64Array(bands * this.#groups * CELLS);
    this.#inAll = new Float64Array(this.#groups * CELLS);
    this.#bandSeconds = horizonSeconds / bands;
    this.#horizon = horizonSeconds;
    this.#largestNeed = sample.needs.reduce((most, need) => Math.max(most, need), 0);
    this.#refusal = refusalByRoom(sample.needs, this.#largestNeed);
    this.came = new Float64Array(paths);
    this.waited = new Float64Array(paths);
    this.time = new Float64Array(paths);
    this.sequenceTime = new Float64Array(paths);
  }

  /** The state of all paths in a tick, and what came while it passed. */
  add(state: Float32Array, look: Look): void {
    const paths = this.time.length;
    const [perSequence, perNeed, perMark] = heldWeights(this.#law, look.tick);
    const { kvTokens } = this.#law;
    const takes = takenWeights(this.#law, look.tick);
    for (let path = 0; path < paths; path += 1) {
      const start = look.starts[path] as number;
      if (start < this.#horizon) {
        const sequences = state[path] as number;
        const needed = state[paths + path] as number;
        const marks = state[2 * paths + path] as number;
        const held = perSequence * sequences + perNeed * needed + perMark * marks;
        const seconds = look.seconds[path] as number;
        const came = look.came[path] as number;
        const cell = this.#cellOf(held);
        const place = Math.floor((path * this.#groups) / paths) * CELLS + cell;
        this.#toBands(place, start, seconds);
        (this.#inAll[place] as number) += seconds;
        (this.time[path] as number) += seconds;
        // paused ones do not run
        const running = held > kvTokens ? (sequences * kvTokens) / held : sequences;
        (this.sequenceTime[path] as number) += running * seconds;
        if (came > 0) {
          const taken = takes[0] * sequences + takes[1] * needed + takes[2] * marks;
          (this.came[path] as number) += came;
          (this.waited[path] as number) += came * this.#refused(sequences, taken);
        }
      }
    }
  }

  /**
   * What a path holds when it is looked at stands for the time half way to the looks before and after it. Were it only
   * for its own tick, short bands would see slow paths alone, which are the full ones.
   */
  #toBands(place: number, start: number, seconds: number): void {
    const aside = ((LOOKS_EVERY - 1) / 2) * seconds;
    const from = Math.max(0, start - aside);
    const to = Math.min(this.#horizon, start + seconds + aside);
    const last = Math.min(this.#bands - 1, Math.floor(to / this.#bandSeconds));
    const each = this.#groups * CELLS;
    for (let i = Math.floor(from / this.#bandSeconds); i <= last; i += 1) {
      const within =
        Math.min(to, (i + 1) * this.#bandSeconds) - Math.max(from, i * this.#bandSeconds);
      (this.#inBands[i * each + place] as number) += Math.max(0, within);
    }
  }

  #cellOf(held: number): number {
    const tokens = held > HALF ? held + this.#shared : this.#shared;
    return Math.min(CELLS - 1, Math.floor((tokens / this.#capacity) * CELLS));
  }

  /** What was collected, as a thread may send it. */
  recorded(): Recorded {
    const { came, waited, time, sequenceTime } = this;
    const histograms = { inBands: this.#inBands, inAll: this.#inAll };
    return { ...histograms, groups: this.#groups, came, waited, time, sequenceTime };
  }

  /** The chance that a request which comes now finds no seat or no room. */
  #refused(sequences: number, taken: number): number {
    if (sequences > this.#law.mostSequences - HALF) {
      return 1;
    }
    const room = this.#law.kvTokens - taken + HALF;
    if (room < this.#law.unusedTokens + 1) {
      return 1;
    }
    if (room >= this.#largestNeed) {
      return 0;
    }
    const cell = Math.floor((Math.max(0, room) / this.#largestNeed) * ROOM_CELLS);
    return this.#refusal[cell] ?? 0;
  }
}

/** One tick of all paths. */
export interface Look {
  readonly tick: number;
  readonly starts: Float64Array;
  readonly seconds: Float32Array;
  readonly came: Float32Array;
}

const HALF = 1 / 2;

export interface RecordSetting {
  readonly paths: number;
  readonly bands: number;
  /** Parts of the paths, whose spread says how sure the quantiles of all of them are. */
  readonly groups: number;
  readonly horizonSeconds: number;
}

/** For each cell of room, the share of requests that need more. */
function refusalByRoom(needs: Float32Array, largest: number): Float64Array {
  const sorted = needs.toSorted();
  let below = 0;
  return Float64Array.from({ length: ROOM_CELLS }, (_, cell) => {
    const room = ((cell + HALF) * largest) / ROOM_CELLS;
    while (below < sorted.length && (sorted[below] ?? 0) <= room) {
      below += 1;
    }
    return 1 - below / sorted.length;
  });
}
