import type { Sequence } from "./sequence.ts";

/** Requests that wait to run: paused ones first, the last paused before all, then in the order in which they came. */
export class WaitingLine {
  readonly #paused: Sequence[] = [];
  /** Those before `#head` have left: a burst of a million is not moved up for each. */
  #come: Sequence[] = [];
  #head = 0;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** Who is next. */
  get first(): Sequence | undefined {
    return this.#paused.at(-1) ?? this.#come[this.#head];
  }

  add(sequence: Sequence): void {
    this.#come.push(sequence);
  }

  pause(sequence: Sequence): void {
    this.#paused.push(sequence);
  }

  /** The first leaves. */
  leave(): void {
    if (this.#paused.pop() !== undefined) {
      return;
    }
    this.#head += 1;
    if (this.#head > MOST_GONE && 2 * this.#head > this.#come.length) {
      this.#come = this.#come.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Those who have come since the last call had to wait. */
  markLast(): void {
    let i = this.#come.length - 1;
    for (; i >= this.#head && this.#come[i]?.hadToWait === false; i -= 1) {
      (this.#come[i] as Sequence).hadToWait = true;
    }
    for (let j = 0; i < this.#head && this.#paused[j]?.hadToWait === false; j += 1) {
      (this.#paused[j] as Sequence).hadToWait = true;
    }
  }
}

/** Places of those who left that are kept before the line is copied. */
const MOST_GONE = 1024;
