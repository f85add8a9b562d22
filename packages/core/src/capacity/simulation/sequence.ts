import type { SimulatedRequest } from "./request-source.ts";

/** A request on its way through the engine. Times are seconds since the start. */
export interface Sequence {
  readonly request: SimulatedRequest;
  /** Tokens that it finds in the cache, of a shared prefix. */
  cached: number;
  /** Tokens that it has to read before its next token, and those that it has read. */
  toRead: number;
  read: number;
  /** Output tokens that it has. */
  made: number;
  /** Blocks that it fills, and blocks that are kept for it. */
  blocks: number;
  reserved: number;
  /** The step after which it ends; a paused sequence has none. */
  endsAfter: number;
  /** Where in its last block its next token goes, less the step: the same at every step. */
  phase: number;
  hadToWait: boolean;
  pauses: number;
  /** Seconds by which its tokens come later than their steps end. */
  late: number;
  startedAt: number;
  firstTokenAt: number;
  endedAt: number;
}

export function newSequence(request: SimulatedRequest): Sequence {
  return {
    request,
    cached: 0,
    toRead: 0,
    read: 0,
    made: 0,
    blocks: 0,
    reserved: 0,
    endsAfter: -1,
    phase: 0,
    hadToWait: false,
    pauses: 0,
    late: 0,
    startedAt: Number.NaN,
    firstTokenAt: Number.NaN,
    endedAt: Number.NaN,
  };
}
