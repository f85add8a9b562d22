import type { Arrived } from "./arrivals.ts";
import {
  heldWeights,
  LEAST_WAITING,
  SLACK,
  type StateWeights,
  type TickLaw,
  type TickStepper,
  takenWeights,
  tickSeconds,
} from "./tick-law.ts";

/** The ticks of many paths, one path after another on typed arrays. */
export function plainStepper(law: TickLaw, paths: number): TickStepper {
  const walk = new PlainWalk(law, paths);
  return {
    advance: (arrived, tick, stays) => walk.advance(arrived, tick, stays),
    state: () => walk.state,
    events: () => walk.eventsAndWaiting(),
    dispose: () => undefined,
  };
}

/** Requests that start at one tick and end at another, in every path; its rows are a state's. */
interface Cohort {
  readonly end: number;
  readonly started: Float32Array;
}

/** A number that the law of a loop has put into its array. */
const at = (values: Float32Array, index: number): number => values[index] as number;

class PlainWalk {
  readonly #law: TickLaw;
  readonly #paths: number;
  readonly #parts: Float32Array;
  readonly state: Float32Array;
  readonly events: Float32Array;
  /** Requests that wait, by output length and in all last: two rows. */
  #queues: readonly Float32Array[] = [];
  #waits = false;
  #cohorts: Cohort[] = [];

  constructor(law: TickLaw, paths: number) {
    this.#law = law;
    this.#paths = paths;
    this.#parts = new Float32Array(paths);
    this.state = new Float32Array(3 * paths);
    this.events = new Float32Array(3 * paths);
  }

  eventsAndWaiting(): Float32Array {
    const all = new Float32Array(4 * this.#paths);
    all.set(this.events);
    const queue = this.#waits ? this.#queues.at(-1) : undefined;
    all.set(queue?.subarray(0, this.#paths) ?? [], 3 * this.#paths);
    return all;
  }

  advance(arrived: Arrived, tick: number, stays: readonly number[]): Float32Array {
    this.#end(tick);
    const started = [...arrived.kinds, arrived.all].map((rows) => rows.slice());
    const all = started.at(-1) ?? arrived.all;
    this.#queues = started.map(
      (_, kind) => this.#queues[kind] ?? new Float32Array(2 * this.#paths),
    );
    if (this.#waits) {
      started.forEach((rows, kind) => {
        this.#join(rows, this.#queues[kind] ?? rows, tick);
      });
    }
    if (this.#findsParts(all, tick) || this.#waits) {
      this.#waits = false;
      started.forEach((rows, kind) => {
        this.#cut(rows, this.#queues[kind] ?? rows);
      });
    }
    addTo(this.state, all);
    const kinds = started.slice(0, -1);
    this.#cohorts.push(...kinds.map((rows, i) => ({ end: tick + (stays[i] ?? 0), started: rows })));
    this.#end(tick);
    return this.#seconds(all, tick);
  }

  #end(tick: number): void {
    for (const { end, started } of this.#cohorts) {
      if (end === tick) {
        subtractFrom(this.state, started);
      }
    }
    this.#cohorts = this.#cohorts.filter(({ end }) => end > tick);
  }

  #join(rows: Float32Array, queue: Float32Array, tick: number): void {
    const paths = this.#paths;
    for (let path = 0; path < paths; path += 1) {
      rows[path] = at(rows, path) + at(queue, path);
      rows[paths + path] = at(rows, paths + path) + at(queue, paths + path);
      rows[2 * paths + path] = at(rows, path) * tick;
    }
  }

  /** For each path, the part of what waits that finds seats and room; whether that is less than all anywhere. */
  #findsParts(all: Float32Array, tick: number): boolean {
    const { mostSequences, kvTokens, unusedTokens } = this.#law;
    const paths = this.#paths;
    const state = this.state;
    const [perSequence, perNeed, perMark] = takenWeights(this.#law, tick);
    const [seatSlack, roomSlack] = SLACK;
    let waits = false;
    for (let path = 0; path < paths; path += 1) {
      const sequences = at(state, path);
      const taken =
        perSequence * sequences +
        perNeed * at(state, paths + path) +
        perMark * at(state, 2 * paths + path);
      const seats = mostSequences + seatSlack - sequences;
      const room = kvTokens - unusedTokens + roomSlack - taken;
      const requests = at(all, path);
      const needs = at(all, paths + path);
      this.#parts[path] = 1;
      if (seats < requests || room < needs) {
        waits = true;
        const ofSeats = within(seats / (requests + seatSlack));
        const ofRoom = within(room / (needs + roomSlack));
        this.#note(path, requests, ofSeats, ofRoom);
      }
    }
    return waits;
  }

  /** What waits at all, and what of it would have a seat: the cache is full for that alone. */
  #note(path: number, requests: number, ofSeats: number, ofRoom: number): void {
    const part = Math.min(ofSeats, ofRoom);
    this.#parts[path] = part;
    if ((1 - part) * requests > LEAST_WAITING) {
      this.events[path] = 1;
    }
    if ((ofSeats - part) * requests > LEAST_WAITING) {
      this.events[this.#paths + path] = 1;
    }
  }

  /** Leaves of each path's rows the part that starts, and puts the rest into the queue. */
  #cut(rows: Float32Array, queue: Float32Array): void {
    const paths = this.#paths;
    for (let path = 0; path < paths; path += 1) {
      const part = at(this.#parts, path);
      if (part < 1) {
        this.#waits = true;
      }
      for (const place of [path, paths + path]) {
        queue[place] = (1 - part) * at(rows, place);
        rows[place] = part * at(rows, place);
      }
      rows[2 * paths + path] = part * at(rows, 2 * paths + path);
    }
  }

  #seconds(started: Float32Array, tick: number): Float32Array {
    const { base, ofState, ofStarted } = tickSeconds(this.#law, tick);
    const paths = this.#paths;
    const seconds = new Float32Array(paths);
    for (let path = 0; path < paths; path += 1) {
      seconds[path] =
        base + weighed(ofState, this.state, path, paths) + weighed(ofStarted, started, path, paths);
    }
    if (this.#law.countsMade) {
      this.#pause(seconds, tick, base);
    }
    return seconds;
  }

  /** Tokens made in this tick that find no room are as many pauses of requests that have just started. */
  #pause(seconds: Float32Array, tick: number, base: number): void {
    const { kvTokens, step, tickTokens, meanPrompt } = this.#law;
    const paths = this.#paths;
    const weights = heldWeights(this.#law, tick);
    for (let path = 0; path < paths; path += 1) {
      const held = weighed(weights, this.state, path, paths);
      const made = (tickTokens / 2) * at(this.state, path);
      const after = Math.max(0, held + made - kvTokens);
      if (after > 0) {
        const more = after - Math.max(0, held - made - kvTokens);
        const share = Math.max(0, held - kvTokens) / Math.max(1, held);
        seconds[path] =
          at(seconds, path) + base * (share / (1 - share)) + more * step.secondsPerPromptToken;
        this.events[paths + path] = 1;
        this.events[2 * paths + path] = at(this.events, 2 * paths + path) + more / meanPrompt;
      }
    }
  }
}

function weighed(weights: StateWeights, rows: Float32Array, path: number, paths: number): number {
  return (
    weights[0] * at(rows, path) +
    weights[1] * at(rows, paths + path) +
    weights[2] * at(rows, 2 * paths + path)
  );
}

function within(part: number): number {
  return Math.min(1, Math.max(0, part));
}

function addTo(sum: Float32Array, rows: Float32Array): void {
  for (let i = 0; i < sum.length; i += 1) {
    sum[i] = at(sum, i) + at(rows, i);
  }
}

function subtractFrom(sum: Float32Array, rows: Float32Array): void {
  for (let i = 0; i < sum.length; i += 1) {
    sum[i] = at(sum, i) - at(rows, i);
  }
}
