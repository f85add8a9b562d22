import { square } from "../units/same-math.ts";
import { askedOutput, longestRequest } from "./request-lengths.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { SharedPrefix, Workload } from "./workload.ts";
import { type LengthSlices, lengthSlices } from "./workload-lengths.ts";

/** What requests of a workload are like on average, as a replica sees them: cut where its longest sequence ends. */
export interface RequestShape {
  /** Tokens of a prompt that have to be read: those of a shared prefix are found in the cache. */
  readonly promptTokens: number;
  /** E[read tokens²]. */
  readonly promptSquare: number;
  /** Tokens of a prompt that are found in the cache. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
  readonly outputSquare: number;
  /**
   * The first and the third as a running sequence has them: each weighs as much as its output is long. They differ
   * where requests are cut, since a longer prompt leaves less for its output.
   */
  readonly runningPrompt: number;
  readonly runningCached: number;
  /**
   * Tokens that a running sequence is kept room for where the engine promises not to pause it: what it reads, and the
   * longest output that is asked for, whatever its own will be.
   */
  readonly runningReserve: number;
  /** Share of the requests that are cut, in [0, 1]. */
  readonly cutShare: number;
}

/**
 * Mean sizes of a workload's requests; prompts and outputs know nothing of each other until both are cut. A prefix is
 * found where the engine keeps blocks of earlier prompts, as far as a prompt is longer than it.
 */
export function requestShape(workload: Workload, limits: ServingLimits): RequestShape {
  const prompts = lengthSlices(workload.prompt);
  const outputs = lengthSlices(workload.output);
  const prefix = limits.reusesPrefix ? (workload.sharedPrefix ?? NO_PREFIX) : NO_PREFIX;
  const longest = longestRequest(workload, limits);
  const asked = askedOutput(workload);
  const isCut = last(prompts) + Math.max(last(outputs), asked) > longest;
  const isShort = prefix.share > 0 && (prompts.lengths[0] ?? 0) <= prefix.tokens;
  return isCut || isShort
    ? cutShape({ prompts, outputs, prefix, asked, longest })
    : wholeShape({ prompts, outputs, prefix, asked });
}

const NO_PREFIX: Pick<SharedPrefix, "share"> & { readonly tokens: number } = {
  tokens: 0,
  share: 0,
};

interface Sliced {
  readonly prompts: LengthSlices;
  readonly outputs: LengthSlices;
  readonly prefix: typeof NO_PREFIX;
  readonly asked: number;
}

function last({ lengths }: LengthSlices): number {
  return lengths.at(-1) ?? 0;
}

/** Nothing is cut, and every prompt is longer than the prefix. */
function wholeShape({ prompts, outputs, prefix, asked }: Sliced): RequestShape {
  const { mean, meanSquare } = prompts.moments;
  const cached = prefix.tokens * prefix.share;
  const read = mean - cached;
  return {
    promptTokens: read,
    promptSquare: square(read) + Math.max(0, meanSquare - square(mean)),
    cachedTokens: cached,
    outputTokens: outputs.moments.mean,
    outputSquare: outputs.moments.meanSquare,
    runningPrompt: read,
    runningCached: cached,
    runningReserve: read + asked,
    cutShare: 0,
  };
}

/** Slice by slice of the prompts, each beside all outputs: the same means as of every pair. */
function cutShape(sliced: Sliced & { readonly longest: number }): RequestShape {
  const { prompts, outputs, prefix, asked, longest } = sliced;
  const count = outputs.lengths.length;
  const sums = { read: 0, readSquare: 0, cached: 0, output: 0, outputSquare: 0, readOutput: 0 };
  let cachedOutput = 0;
  let reserveOutput = 0;
  let cut = 0;
  let whole = count;
  for (const wanted of prompts.lengths) {
    const prompt = Math.max(1, Math.min(wanted, longest - 1));
    const room = longest - prompt;
    // prompts ascend, so that what is left for outputs does not
    while (whole > 0 && (outputs.lengths[whole - 1] ?? 0) > room) {
      whole -= 1;
    }
    const ended = count - whole;
    const output = ((outputs.sums[whole] ?? 0) + ended * room) / count;
    const cached = Math.min(prefix.tokens, prompt - 1) * prefix.share;
    const read = prompt - cached;
    sums.read += read;
    sums.readSquare += square(read);
    sums.cached += cached;
    sums.output += output;
    sums.outputSquare += ((outputs.squares[whole] ?? 0) + ended * square(room)) / count;
    sums.readOutput += read * output;
    cachedOutput += cached * output;
    reserveOutput += Math.min(read + asked, longest) * output;
    cut += prompt < wanted ? 1 : ended / count;
  }
  const all = prompts.lengths.length;
  return {
    promptTokens: sums.read / all,
    promptSquare: sums.readSquare / all,
    cachedTokens: sums.cached / all,
    outputTokens: sums.output / all,
    outputSquare: sums.outputSquare / all,
    runningPrompt: sums.readOutput / sums.output,
    runningCached: cachedOutput / sums.output,
    runningReserve: reserveOutput / sums.output,
    cutShare: cut / all,
  };
}
