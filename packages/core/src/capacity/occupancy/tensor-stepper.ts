import type { Tensor, Tensors } from "../tensors.ts";
import type { Arrived } from "./arrivals.ts";
import {
  heldWeights,
  LEAST_WAITING,
  SLACK,
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

type Constants = ReturnType<typeof constantsOf>;

class TensorWalk {
  readonly #t: Tensors;
  readonly #law: TickLaw;
  readonly #paths: number;
  readonly #constants: Constants;
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
      const { kinds, all } = this.#start(left, arrived, tick);
      this.#cohorts.push(
        ...kinds.map((started, kind) => ({ end: tick + (stays[kind] ?? 0), started })),
      );
      // what stays for less than a tick ends in the one in which it started
      this.state = this.#end(t.add(left, all), tick);
      seconds = t.read(this.#seconds(all, tick));
      return this.#kept();
    });
    const kept = new Set(this.#kept());
    t.dispose(before.filter((tensor) => !kept.has(tensor)));
    return seconds;
  }

  events(): Float32Array {
    const all = new Float32Array(3 * this.#paths);
    for (const [i, row] of [this.#waited, this.#full, this.#paused].entries()) {
      all.set(this.#t.read(row), i * this.#paths);
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
  #start(left: Tensor, arrived: Arrived, tick: number): Omit<Queue, "tick"> {
    const t = this.#t;
    const waiting = this.#waiting(arrived, tick);
    const free = this.#free(left, tick);
    if (t.least(t.sub(free, waiting.all)) >= 0) {
      this.#queue = undefined;
      return waiting;
    }
    const parts = t.clip(t.div(free, t.add(waiting.all, this.#constants.slack)));
    const { seatsRow, seatsLessRoom } = this.#constants;
    const part = t.sub(t.matMul(seatsRow, parts), t.relu(t.matMul(seatsLessRoom, parts)));
    const started = (rows: Tensor) => t.mul(rows, part);
    const kinds = waiting.kinds.map(started);
    const all = started(waiting.all);
    this.#queue = {
      kinds: waiting.kinds.map((rows, kind) => t.sub(rows, kinds[kind] ?? rows)),
      all: t.sub(waiting.all, all),
      tick,
    };
    this.#noteWaits(waiting.all, parts, part);
    return { kinds, all };
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
    const { limits } = this.#constants;
    if (!this.#law.countsMade) {
      return t.sub(limits, left);
    }
    const taken = Float32Array.of(1, 0, 0, ...takenWeights(this.#law, tick), 0, 0, 0);
    return t.sub(limits, t.matMul(t.tensor(taken, [3, 3]), left));
  }

  #noteWaits(all: Tensor, parts: Tensor, part: Tensor): void {
    const t = this.#t;
    const { seatsRow, roomRow, leastWaiting } = this.#constants;
    const requests = t.matMul(seatsRow, all);
    const ever = (before: Tensor, own: Tensor) => {
      const waiting = t.sub(requests, t.mul(requests, own));
      return t.clip(t.add(before, t.step(t.sub(waiting, leastWaiting))));
    };
    this.#waited = ever(this.#waited, part);
    this.#full = ever(this.#full, t.matMul(roomRow, parts));
  }

  /** Seconds of the tick in every path. Where sequences find no room for their tokens, some pause. */
  #seconds(started: Tensor, tick: number): Tensor {
    const t = this.#t;
    const { ofState, ofStarted, base } = tickSeconds(this.#law, tick);
    const row = (weights: readonly number[]) =>
      t.tensor(Float32Array.from(weights), [1, weights.length]);
    const reading = t.matMul(row(ofStarted), started);
    const steps = t.add(t.matMul(row(ofState), this.state), row([base]));
    const plain = t.add(steps, reading);
    return this.#law.countsMade ? t.add(plain, this.#pauseSeconds(tick, row)) : plain;
  }

  /** Tokens made in this tick that find no room are as many pauses of requests that have just started. */
  #pauseSeconds(tick: number, row: (weights: readonly number[]) => Tensor): Tensor {
    const t = this.#t;
    const { kvTokens, one, perPrompt, baseSeconds, seatsRow, perNewest, halfTick } =
      this.#constants;
    const held = t.matMul(row(heldWeights(this.#law, tick)), this.state);
    const made = t.mul(t.matMul(seatsRow, this.state), halfTick);
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

/** More of the third row than ever waits. */
const PLENTY = 1e12;

function constantsOf(t: Tensors, law: TickLaw) {
  const column = (...values: readonly number[]) =>
    t.tensor(Float32Array.from(values), [values.length, 1]);
  const row = (...values: readonly number[]) =>
    t.tensor(Float32Array.from(values), [1, values.length]);
  const [seatSlack, roomSlack] = SLACK;
  return {
    limits: column(
      law.mostSequences + seatSlack,
      law.kvTokens - law.unusedTokens + roomSlack,
      PLENTY,
    ),
    slack: column(seatSlack, roomSlack, 1),
    seatsRow: row(1, 0, 0),
    roomRow: row(0, 1, 0),
    seatsLessRoom: row(1, -1, 0),
    leastWaiting: row(LEAST_WAITING),
    kvTokens: row(law.kvTokens),
    one: row(1),
    halfTick: row(law.tickTokens / 2),
    perNewest: row(1 / law.meanPrompt),
    perPrompt: row(law.step.secondsPerPromptToken),
    baseSeconds: row(law.tickTokens * law.step.baseSeconds),
  };
}
