import type { Tensor, Tensors } from "../tensors.ts";
import type { Arrived } from "./arrivals.ts";
import { type Constants, constantsOf, SEATS, SEATS_LESS_ROOM } from "./tensor-constants.ts";
import {
  heldWeights,
  type StateWeights,
  type TickLaw,
  type TickStepper,
  takenWeights,
  tickSeconds,
} from "./tick-law.ts";

/** The ticks of many paths at once as tensors: a few operations a tick on three rows of all paths. */
export function tensorStepper(tensors: Tensors, law: TickLaw, paths: number): TickStepper {
  const walk = new TensorWalk(tensors, law, paths);
  return {
    advance: (arrived, tick, stays) => walk.advance(arrived, tick, stays),
    state: () => tensors.read(walk.state),
    events: () => walk.events(),
    dispose: () => walk.dispose(),
  };
}

/** Requests that start at one tick and end at another, in every path; its rows are a state's. */
interface Cohort {
  readonly end: number;
  readonly started: Tensor;
}

/** Requests that wait, by output length and in all; their third row holds requests times tick. */
interface Queue {
  readonly kinds: readonly Tensor[];
  readonly all: Tensor;
  readonly tick: number;
}

/** What started, by output length; the state with it; all of it where some of it had waited. */
interface Started {
  readonly kinds: readonly Tensor[];
  readonly state: Tensor;
  readonly old?: Tensor;
}

class TensorWalk {
  readonly #t: Tensors;
  readonly #law: TickLaw;
  readonly #paths: number;
  readonly #constants: Constants;
  /** Seconds of reading a request's prompt: for each request, and for each token that it needs. */
  readonly #reading: StateWeights;
  state: Tensor;
  #waited: Tensor;
  #full: Tensor;
  #paused: Tensor;
  /** Undefined where nobody waits. */
  #queue: Queue | undefined;
  #cohorts: Cohort[] = [];

  constructor(t: Tensors, law: TickLaw, paths: number) {
    this.#t = t;
    this.#law = law;
    this.#paths = paths;
    this.#constants = constantsOf(t, law);
    this.#reading = tickSeconds(law, 1).ofStarted;
    const zeros = (rows: number) => t.tensor(new Float32Array(rows * paths), [rows, paths]);
    this.state = zeros(3);
    this.#waited = zeros(1);
    this.#full = zeros(1);
    this.#paused = zeros(1);
  }

  advance(arrived: Arrived, tick: number, stays: readonly number[]): Float32Array {
    const t = this.#t;
    let seconds: Float32Array = new Float32Array();
    const before = this.#kept();
    t.scope(() => {
      const left = this.#end(this.state, tick);
      const { kinds, state, old } = this.#start(left, arrived, tick);
      this.#cohorts.push(
        ...kinds.map((started, kind) => ({ end: tick + (stays[kind] ?? 0), started })),
      );
      // what stays for less than a tick ends in the one in which it started
      this.state = this.#end(state, tick);
      seconds = t.read(this.#seconds(old, tick));
      if (old === undefined) {
        this.#addReading(seconds, arrived);
      }
      return this.#kept();
    });
    const kept = new Set(this.#kept());
    t.dispose(before.filter((tensor) => !kept.has(tensor)));
    return seconds;
  }

  events(): Float32Array {
    const all = new Float32Array(4 * this.#paths);
    for (const [i, row] of [this.#waited, this.#full, this.#paused].entries()) {
      all.set(this.#t.read(row), i * this.#paths);
    }
    if (this.#queue !== undefined) {
      all.set(this.#t.read(this.#queue.all).subarray(0, this.#paths), 3 * this.#paths);
    }
    return all;
  }

  dispose(): void {
    this.#t.dispose([...this.#kept(), ...Object.values(this.#constants)]);
  }

  /** What outlives a tick. */
  #kept(): Tensor[] {
    const { kinds = [], all } = this.#queue ?? {};
    return [
      ...[this.state, this.#waited, this.#full, this.#paused],
      ...kinds,
      ...(all === undefined ? [] : [all]),
      ...this.#cohorts.map(({ started }) => started),
    ];
  }

  #end(state: Tensor, tick: number): Tensor {
    const ending = this.#cohorts.filter(({ end }) => end === tick);
    if (ending.length > 0) {
      this.#cohorts = this.#cohorts.filter(({ end }) => end !== tick);
    }
    return ending.reduce((left, { started }) => this.#t.sub(left, started), state);
  }

  /** What starts, by output length and in all: everything that waits, but for paths without seats or room for it. */
  #start(left: Tensor, arrived: Arrived, tick: number): Started {
    const t = this.#t;
    const waiting = this.#waiting(arrived, tick);
    const state = t.add(left, waiting.all);
    const rest = this.#free(state, tick);
    if (t.least(rest) >= 0) {
      const isAllNew = this.#queue === undefined;
      this.#queue = undefined;
      return { kinds: waiting.kinds, state, ...(isAllNew ? {} : { old: waiting.all }) };
    }
    const free = this.#free(left, tick);
    const parts = t.clip(t.div(free, t.add(waiting.all, this.#constants.slack)));
    const heldByRoom = t.relu(t.weigh(SEATS_LESS_ROOM, parts));
    const part = t.sub(t.weigh(SEATS, parts), heldByRoom);
    const started = (rows: Tensor) => t.mul(rows, part);
    const kinds = waiting.kinds.map(started);
    const all = started(waiting.all);
    this.#queue = {
      kinds: waiting.kinds.map((rows, kind) => t.sub(rows, kinds[kind] ?? rows)),
      all: t.sub(waiting.all, all),
      tick,
    };
    this.#noteWaits(waiting.all, part, heldByRoom);
    return { kinds, state: t.add(left, all), old: all };
  }

  /** What waited, marked with this tick, and what came. */
  #waiting({ kinds, all }: Arrived, tick: number): Omit<Queue, "tick"> {
    const t = this.#t;
    const fresh = (rows: Float32Array) => t.tensor(rows, [3, this.#paths]);
    const queue = this.#queue;
    if (queue === undefined) {
      return { kinds: kinds.map(fresh), all: fresh(all) };
    }
    const marks = t.tensor(Float32Array.of(1, 1, tick / queue.tick), [3, 1]);
    const joined = (rows: Tensor, more: Float32Array) => t.add(t.mul(rows, marks), fresh(more));
    return {
      kinds: queue.kinds.map((rows, kind) => joined(rows, kinds[kind] ?? all)),
      all: joined(queue.all, all),
    };
  }

  /** Seats, tokens, and plenty of the third, which has no limit. */
  #free(left: Tensor, tick: number): Tensor {
    const t = this.#t;
    const { limits, roomRow } = this.#constants;
    const free = t.sub(limits, left);
    if (!this.#law.countsMade) {
      return free;
    }
    const [perSequence, , perMark] = takenWeights(this.#law, tick);
    return t.sub(free, t.mul(roomRow, t.weigh([perSequence, 0, perMark], left)));
  }

  /** What waits at all, and what of it would have a seat: the cache is full for that alone. */
  #noteWaits(all: Tensor, part: Tensor, heldByRoom: Tensor): void {
    const t = this.#t;
    const { leastWaiting } = this.#constants;
    const requests = t.weigh(SEATS, all);
    const ever = (before: Tensor, waiting: Tensor) =>
      t.clip(t.add(before, t.step(t.sub(waiting, leastWaiting))));
    this.#waited = ever(this.#waited, t.sub(requests, t.mul(requests, part)));
    this.#full = ever(this.#full, t.mul(requests, heldByRoom));
  }

  /** Seconds of the tick in every path; without reading prompts where all that started is new, which needs no tensor. */
  #seconds(started: Tensor | undefined, tick: number): Tensor {
    const t = this.#t;
    const { ofState, ofStarted, base } = tickSeconds(this.#law, tick);
    const decoding = t.add(t.weigh(ofState, this.state), t.tensor(Float32Array.of(base), [1, 1]));
    const plain = started === undefined ? decoding : t.add(decoding, t.weigh(ofStarted, started));
    return this.#law.countsMade ? t.add(plain, this.#pauseSeconds(tick)) : plain;
  }

  #addReading(seconds: Float32Array, { all }: Arrived): void {
    const paths = this.#paths;
    const [perRequest, perNeed] = this.#reading;
    for (let path = 0; path < paths; path += 1) {
      (seconds[path] as number) +=
        perRequest * (all[path] as number) + perNeed * (all[paths + path] as number);
    }
  }

  /** Tokens made in this tick that find no room are as many pauses of requests that have just started. */
  #pauseSeconds(tick: number): Tensor {
    const t = this.#t;
    const { kvTokens, one, perPrompt, baseSeconds, perNewest, halfTick } = this.#constants;
    const held = t.weigh(heldWeights(this.#law, tick), this.state);
    const made = t.mul(t.weigh(SEATS, this.state), halfTick);
    const over = t.relu(t.sub(held, kvTokens));
    const overBefore = t.relu(t.sub(t.sub(held, made), kvTokens));
    const overAfter = t.relu(t.sub(t.add(held, made), kvTokens));
    const more = t.sub(overAfter, overBefore);
    const share = t.div(over, t.add(t.relu(t.sub(held, one)), one));
    this.#paused = t.add(this.#paused, t.mul(more, perNewest));
    this.#full = t.clip(t.add(this.#full, t.step(overAfter)));
    const stretch = t.mul(baseSeconds, t.div(share, t.sub(one, share)));
    return t.add(stretch, t.mul(more, perPrompt));
  }
}
