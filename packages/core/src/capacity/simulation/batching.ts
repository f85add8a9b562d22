import { neededTokens, sharedTokens } from "../request-lengths.ts";
import type { FirstTokenDelay, ServingLimits, StepLoad } from "../serving-limits.ts";
import type { Workload } from "../workload.ts";
import type { SimulatedRequest } from "./request-source.ts";
import { newSequence, type Sequence } from "./sequence.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface BatchingSetting {
  readonly workload: Workload;
  readonly limits: ServingLimits;
  /** Output that a request asks for at most, and tokens of the longest request. */
  readonly asked: number;
  readonly longest: number;
  /** None where absent: a token is there when its step ends. */
  readonly passage?: FirstTokenDelay["passage"] | undefined;
}

/**
 * The scheduler of one replica, step by step: first come, first started; decoding sequences get a token each, and
 * prompts share what max_num_tokens leaves. Blocks are handed out one by one as sequences grow.
 */
export class Batching {
  readonly #setting: BatchingSetting;
  readonly #limits: ServingLimits;
  readonly #shared: number;
  readonly #blocks: number;
  readonly #waiting = new WaitingLine();
  /** Running ones in the order in which they started. */
  #running: Sequence[] = [];
  #reading: Sequence[] = [];
  readonly #ends = new Map<number, Sequence[]>();
  /** Decoding sequences by phase: those of one take a block at the same step. */
  readonly #phases: Int32Array;
  #decodes = 0;
  #context = 0;
  #filled = 0;
  #kept = 0;
  #hasPrefix = false;
  #step = 0;
  #chunks: readonly number[] = [];

  constructor(setting: BatchingSetting) {
    const { limits, workload } = setting;
    this.#setting = setting;
    this.#limits = limits;
    this.#shared = sharedTokens(workload, limits);
    this.#blocks = Math.floor((limits.kvTokens - this.#shared) / limits.tokensPerBlock);
    this.#phases = new Int32Array(limits.tokensPerBlock);
  }

  get isIdle(): boolean {
    return this.#running.length === 0 && this.#waiting.isEmpty;
  }

  /** Sequences that have started and not ended. */
  get sequences(): number {
    return this.#running.length;
  }

  /** Share of the cache that is filled. */
  get occupancy(): number {
    const { kvTokens, tokensPerBlock } = this.#limits;
    const held = this.#filled * tokensPerBlock + (this.#hasPrefix ? this.#shared : 0);
    return Math.min(1, held / Math.max(1, kvTokens));
  }

  /** Requests that have come since the last step. */
  enqueue(requests: readonly SimulatedRequest[]): void {
    for (const request of requests) {
      this.#waiting.add(newSequence(request));
    }
  }

  /** Starts what can start, and pauses what finds no block; gives what the next step computes. */
  schedule(now: number): StepLoad {
    this.#makeRoom();
    this.#admit(now);
    this.#waiting.markLast();
    return this.#load();
  }

  /** The step has been computed; gives the sequences that ended with it. */
  complete(now: number): readonly Sequence[] {
    this.#context += this.#decodes;
    this.#filled += this.#growing();
    const ended = this.#ends.get(this.#step) ?? [];
    this.#ends.delete(this.#step);
    for (const sequence of ended) {
      this.#stopDecoding(sequence, sequence.request.output);
    }
    const alsoEnded = this.#finishReading(now);
    this.#step += 1;
    const all = [...ended, ...alsoEnded];
    for (const sequence of all) {
      sequence.endedAt = now + sequence.late;
      this.#release(sequence);
    }
    if (all.length > 0) {
      const gone = new Set(all);
      this.#running = this.#running.filter((sequence) => !gone.has(sequence));
    }
    return all;
  }

  /** While growing sequences find too few blocks, the newest pauses and gives back its own. */
  #makeRoom(): void {
    while (this.#filled + this.#growing() > this.#blocks && this.#running.length > 1) {
      const newest = this.#running.pop() as Sequence;
      newest.pauses += 1;
      if (newest.endsAfter >= 0) {
        const ends = this.#ends.get(newest.endsAfter) ?? [];
        ends.splice(ends.indexOf(newest), 1);
        this.#stopDecoding(newest, newest.request.output - (newest.endsAfter - this.#step + 1));
      } else {
        this.#reading.splice(this.#reading.indexOf(newest), 1);
      }
      this.#release(newest);
      this.#waiting.pause(newest);
    }
  }

  /** Blocks that running sequences begin in this step go before those of requests that wait, as in the engines. */
  #admit(now: number): void {
    const { maxBatchSize, policy } = this.#limits;
    const growing = this.#growing();
    while (this.#running.length < maxBatchSize) {
      const next = this.#waiting.first;
      if (next === undefined) {
        return;
      }
      const cached = this.#cachedOf(next);
      const toRead = next.request.prompt - cached + next.made;
      const blocks = this.#blocksOf(toRead);
      const needed =
        policy === "guaranteed-no-evict"
          ? this.#blocksOf(neededTokens(next.request.prompt - cached, this.#limits, this.#setting))
          : blocks;
      const taken = policy === "guaranteed-no-evict" ? this.#kept : this.#filled + growing;
      if (taken + needed > this.#blocks) {
        return;
      }
      this.#waiting.leave();
      Object.assign(next, { cached, toRead, read: 0, blocks, reserved: needed, endsAfter: -1 });
      next.startedAt = Number.isNaN(next.startedAt) ? now : next.startedAt;
      this.#filled += blocks;
      this.#kept += needed;
      this.#running.push(next);
      this.#reading.push(next);
    }
  }

  /** Prompts in their order get what decoding leaves of max_num_tokens, in parts where the engine cuts them. */
  #load(): StepLoad {
    const { maxNumTokens, hasChunkedPrefill } = this.#limits;
    let left = Math.max(1, maxNumTokens - this.#decodes);
    let prefillPairs = 0;
    let prefillTokens = 0;
    this.#chunks = this.#reading.map((sequence, i) => {
      const { toRead, read, cached } = sequence;
      const rest = toRead - read;
      const isWhole = hasChunkedPrefill || rest <= left || i === 0;
      const chunk = isWhole ? Math.min(rest, hasChunkedPrefill ? left : rest) : 0;
      left = isWhole ? Math.max(0, left - chunk) : 0;
      const pairs = chunk * (cached + read) + (chunk * (chunk + 1)) / 2;
      prefillTokens += chunk;
      prefillPairs += pairs;
      sequence.late += this.#setting.passage?.({ prefillTokens: chunk, prefillPairs: pairs }) ?? 0;
      return chunk;
    });
    return {
      decodes: this.#decodes,
      decodeContext: this.#context,
      prefillTokens,
      prefillPairs,
    };
  }

  /** Prompts that have been read give their first token, or the next after a pause; gives those that end with it. */
  #finishReading(now: number): readonly Sequence[] {
    const ended: Sequence[] = [];
    for (const [i, chunk] of this.#chunks.entries()) {
      const sequence = this.#reading[i] as Sequence;
      sequence.read += chunk;
      if (sequence.read === sequence.toRead) {
        this.#hasPrefix ||= sequence.request.sharesPrefix && this.#shared > 0;
        sequence.firstTokenAt = Number.isNaN(sequence.firstTokenAt)
          ? now + sequence.late
          : sequence.firstTokenAt;
        sequence.made += 1;
        if (sequence.made >= sequence.request.output) {
          ended.push(sequence);
        } else {
          this.#decode(sequence);
        }
      }
    }
    this.#reading = this.#reading.filter(({ read, toRead }) => read < toRead);
    return ended;
  }

  /** From the next step on it gets a token a step. */
  #decode(sequence: Sequence): void {
    const { output } = sequence.request;
    const { length } = this.#phases;
    sequence.endsAfter = this.#step + output - sequence.made;
    sequence.phase = (((sequence.toRead - this.#step - 1) % length) + length) % length;
    this.#phases[sequence.phase] = (this.#phases[sequence.phase] ?? 0) + 1;
    this.#decodes += 1;
    this.#context += sequence.cached + sequence.toRead;
    const ends = this.#ends.get(sequence.endsAfter);
    if (ends === undefined) {
      this.#ends.set(sequence.endsAfter, [sequence]);
    } else {
      ends.push(sequence);
    }
  }

  /** Takes it out of the decoding ones; the last of its tokens is not in the cache yet. */
  #stopDecoding(sequence: Sequence, made: number): void {
    const { prompt } = sequence.request;
    sequence.made = made;
    const held = prompt - sequence.cached + made - 1;
    this.#phases[sequence.phase] = (this.#phases[sequence.phase] ?? 0) - 1;
    this.#decodes -= 1;
    this.#context -= sequence.cached + held;
    sequence.blocks = this.#blocksOf(held);
    sequence.endsAfter = -1;
  }

  #release(sequence: Sequence): void {
    this.#filled -= sequence.blocks;
    this.#kept -= sequence.reserved;
  }

  /** Blocks that decoding sequences begin in this step. */
  #growing(): number {
    const { length } = this.#phases;
    return this.#phases[(length - (this.#step % length)) % length] ?? 0;
  }

  #blocksOf(length: number): number {
    return Math.ceil(length / this.#limits.tokensPerBlock);
  }

  /** Whole blocks of the shared prefix, of which at least the last token of a prompt is read again. */
  #cachedOf({ request: { sharesPrefix, prompt } }: Sequence): number {
    const { tokensPerBlock } = this.#limits;
    const most = Math.floor((prompt - 1) / tokensPerBlock) * tokensPerBlock;
    return this.#hasPrefix && sharesPrefix ? Math.min(this.#shared, most) : 0;
  }
}
