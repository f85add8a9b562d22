import type { ServingLimits } from "./serving-limits.ts";
import type { TraceRequest, Workload } from "./workload.ts";
import { lengthAt } from "./workload-lengths.ts";

/** Tokens of one request. */
export interface Lengths {
  readonly prompt: number;
  readonly output: number;
}

/** Tokens of whole blocks. */
export function wholeBlocks(length: number, { tokensPerBlock }: ServingLimits): number {
  return Math.ceil(length / tokensPerBlock) * tokensPerBlock;
}

/** Tokens of whole blocks of a shared prefix, where the engine finds them again; else 0. */
export function sharedTokens({ sharedPrefix }: Workload, limits: ServingLimits): number {
  const { reusesPrefix, tokensPerBlock } = limits;
  return reusesPrefix && sharedPrefix !== undefined && sharedPrefix.share > 0
    ? Math.floor(sharedPrefix.tokens / tokensPerBlock) * tokensPerBlock
    : 0;
}

/** Tokens of the longest request that runs: max_seq_len, or what the cache holds beside a shared prefix. */
export function longestRequest(workload: Workload, limits: ServingLimits): number {
  const { kvTokens, maxSeqLen, tokensPerBlock } = limits;
  const room = kvTokens - sharedTokens(workload, limits);
  return Math.max(2, Math.min(maxSeqLen, Math.floor(room / tokensPerBlock) * tokensPerBlock));
}

/** A request as it runs: its prompt is cut where it leaves no token, its output where the longest request ends. */
export function cutLengths({ prompt, output }: Lengths, longest: number): Lengths {
  const cut = Math.max(1, Math.min(prompt, longest - 1));
  return { prompt: cut, output: Math.max(1, Math.min(output, longest - cut)) };
}

/** What requests ask for at most: the length that 999 of 1,000 outputs stay within, or the longest of a trace. */
export function askedOutput({ arrivals, output }: Workload): number {
  return arrivals.kind === "trace"
    ? longestOutput(arrivals.requests)
    : lengthAt(output, ASKED_SHARE);
}

const ASKED_SHARE = 0.999;

/** Looked for once: a trace has millions of requests, and a planner asks often. */
const LONGEST = new WeakMap<readonly TraceRequest[], number>();

function longestOutput(requests: readonly TraceRequest[]): number {
  const found =
    LONGEST.get(requests) ?? requests.reduce((most, { output }) => Math.max(most, output), 1);
  LONGEST.set(requests, found);
  return found;
}

/** Tokens of whole blocks that a request must find to start, of which it holds its prompt then. */
export function neededTokens(
  prompt: number,
  limits: ServingLimits,
  { asked, longest }: { readonly asked: number; readonly longest: number },
): number {
  return limits.policy === "guaranteed-no-evict"
    ? wholeBlocks(Math.min(prompt + asked, longest), limits)
    : wholeBlocks(prompt, limits);
}
