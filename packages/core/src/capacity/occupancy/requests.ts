import { gaussNodes, type Node } from "../gauss-nodes.ts";
import {
  askedOutput,
  cutLengths,
  type Lengths,
  longestRequest,
  neededTokens,
  sharedTokens,
  wholeBlocks,
} from "../request-lengths.ts";
import type { ServingLimits } from "../serving-limits.ts";
import type { LengthDistribution, Workload } from "../workload.ts";
import { lengthAt } from "../workload-lengths.ts";

/** Equally likely requests that stand for a workload, and the few output lengths that stand for theirs. */
export interface RequestSample {
  readonly outputs: readonly Node[];
  /** For each request: which of `outputs` it has. */
  readonly kinds: Uint8Array;
  /** For each request: tokens of whole blocks that it must find to start. */
  readonly needs: Float32Array;
  /** Whether these are a trace's own requests, each of which comes at its own time. */
  readonly isTrace: boolean;
  /** Of a request's need, what it fills only while it decodes. */
  readonly reserve: number;
  /** Means over the requests, in tokens. */
  readonly meanNeed: number;
  readonly meanUncachedPrompt: number;
  readonly meanOutput: number;
  /** What all requests together hold of a shared prefix, in tokens. */
  readonly sharedTokens: number;
}

/** Requests of a sample that is drawn from; a power of two, so that bits of a random word choose one. */
export const SAMPLE_SIZE = 4096;
/** Different lengths among them. */
const SLICES = 512;

/** The sample of a workload on a replica, with so many output lengths: of a trace all requests, in their order. */
export function requestSample(
  workload: Workload,
  limits: ServingLimits,
  outputs: number,
): RequestSample {
  const longest = longestRequest(workload, limits);
  const { arrivals } = workload;
  const isTrace = arrivals.kind === "trace";
  const asWanted = isTrace ? arrivals.requests : drawnRequests(workload);
  const requests = asWanted.map(({ prompt, output }) => cutLengths({ prompt, output }, longest));
  const ranks = ranksOf(requests.map(({ output }) => output));
  const lengths = requests.map(({ output }) => output).sort((a, b) => a - b);
  const { nodes, of } = kindsOf(gaussNodes(lengths, outputs), lengths.length);
  const shared = sharedTokens(workload, limits);
  const uncached = requests.map(({ prompt }, i) =>
    shared > 0 && isShared(workload, ranks[i] ?? 0) ? Math.max(1, prompt - shared) : prompt,
  );
  const asked = askedOutput(workload);
  const needs = uncached.map((prompt) => neededTokens(prompt, limits, { asked, longest }));
  return {
    outputs: nodes,
    kinds: Uint8Array.from(ranks, (rank) => of[rank] ?? 0),
    needs: Float32Array.from(needs),
    isTrace,
    reserve: mean(needs) - mean(uncached.map((prompt) => wholeBlocks(prompt, limits))),
    meanNeed: mean(needs),
    meanUncachedPrompt: mean(uncached),
    meanOutput: mean(lengths),
    sharedTokens: shared,
  };
}

/** Golden section: multiples of it, cut to [0, 1), lie evenly at every length of the series. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Slices of the outputs, each with a prompt from the same slices shuffled. */
function drawnRequests({ prompt, output }: Workload): readonly Lengths[] {
  const [prompts, outputs] = [slicesOf(prompt), slicesOf(output)];
  return Array.from({ length: SAMPLE_SIZE }, (_, i) => ({
    prompt: prompts[Math.floor(((i * GOLDEN) % 1) * prompts.length)] ?? 1,
    output: outputs[Math.floor((i / SAMPLE_SIZE) * outputs.length)] ?? 1,
  }));
}

/** The place of each length among all of them, from the shortest; equal ones keep their order. */
function ranksOf(lengths: readonly number[]): Uint32Array {
  const order = Uint32Array.from(lengths, (_, i) => i).sort(
    (a, b) => (lengths[a] ?? 0) - (lengths[b] ?? 0) || a - b,
  );
  const ranks = new Uint32Array(order.length);
  order.forEach((request, rank) => {
    ranks[request] = rank;
  });
  return ranks;
}

/** The middles of equally likely slices. */
function slicesOf(lengths: LengthDistribution): readonly number[] {
  const slices = lengths.kind === "fixed" ? 1 : SLICES;
  return Array.from({ length: slices }, (_, i) => lengthAt(lengths, (i + 1 / 2) / slices));
}

/** Spread over all outputs as evenly as whole requests can be. */
function isShared({ sharedPrefix }: Workload, index: number): boolean {
  const share = sharedPrefix?.share ?? 0;
  return Math.floor((index + 1) * share) > Math.floor(index * share);
}

/** Requests by rising length get the nodes in theirs, as many each as its weight says; their mean stays what it was. */
function kindsOf(
  nodes: readonly Node[],
  size: number,
): {
  readonly nodes: readonly Node[];
  readonly of: Uint8Array;
} {
  let sum = 0;
  const ends = nodes.map(({ weight }) => {
    sum += weight;
    return Math.round(sum * size);
  });
  const of = Uint8Array.from({ length: size }, (_, i) =>
    Math.max(
      0,
      ends.findIndex((end) => i < end),
    ),
  );
  const counted = nodes.map(({ value }, kind) => ({
    value,
    weight: ((ends[kind] ?? 0) - (ends[kind - 1] ?? 0)) / size,
  }));
  const scale = meanOf(nodes) / meanOf(counted);
  return { nodes: counted.map(({ value, weight }) => ({ value: value * scale, weight })), of };
}

function meanOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { value, weight }) => sum + value * weight, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
