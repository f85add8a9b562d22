import { sameExp, square } from "../units/same-math.ts";
import type { PromptLoad } from "./prefill.ts";
import { cutLengths, longestRequest } from "./request-lengths.ts";
import type { RequestShape } from "./request-shape.ts";
import { promptPairs } from "./roofline.ts";
import type { ServingLimits } from "./serving-limits.ts";
import type { PromptTimes, ServingModel } from "./serving-model.ts";
import type { SpeedSetting } from "./speed-setting.ts";
import { promptOccupancy, promptStep, promptTime } from "./step-time.ts";
import type { Workload } from "./workload.ts";
import { lengthSlices } from "./workload-lengths.ts";

/** What a mean prompt has to be read: E[n² + n] / 2 pairs, since the long ones make more than their part of them. */
export function promptLoad({ promptTokens, promptSquare, cachedTokens }: RequestShape): PromptLoad {
  return {
    tokens: promptTokens,
    pairs: promptTokens * cachedTokens + (promptSquare + promptTokens) / 2,
    prompts: 1,
  };
}

/**
 * Seconds of steps that a prompt adds: prompts that come within one step share what any prompt costs, and each chunk
 * of a long prompt but its last has a step of its own. A request that is paused reads its prompt again.
 */
export function promptCost(
  { prompt, setting, shape }: Pick<ServingModel, "prompt" | "setting" | "shape">,
  running: number,
  pauses = 0,
): number {
  const inOneStep = (running * setting.speculation.accepted) / shape.outputTokens;
  const shared = inOneStep > 0 ? (1 - sameExp(-inOneStep)) / inOneStep : 1;
  return (1 + pauses) * prompt.mean + prompt.step * (prompt.chunks - 1 + shared);
}

/** Steps for which a request has its seat: those of its output, and those in which its prompt is read before the last. */
export function seatSteps({
  prompt,
  setting,
  shape,
}: Pick<ServingModel, "prompt" | "setting" | "shape">): number {
  return shape.outputTokens + (prompt.chunks - 1) * setting.speculation.accepted;
}

/** Seconds for which a prompt has a seat before the step that gives its first token: those of its other chunks. */
export function chunkSeconds(prompt: PromptTimes, step: number): number {
  return (prompt.chunks - 1) * (step + prompt.step + prompt.fullStep);
}

/** What prompts of a workload take of a replica: means over all their lengths. */
export function promptTimes(
  setting: SpeedSetting,
  given: {
    readonly limits: ServingLimits;
    readonly workload: Workload;
    readonly shape: RequestShape;
  },
): PromptTimes {
  const load = promptLoad(given.shape);
  const mean = promptOccupancy(setting, load);
  const { chunks, timesChunks, ...moments } = momentsOf(setting, given);
  return {
    mean,
    // a time between knots is not below that of the curve: no less than the mean's own square remains
    square: Math.max(square(mean), moments.square),
    cube: Math.max(mean * square(mean), moments.cube),
    alone: promptTime(setting, load),
    step: promptStep(setting),
    fullStep: promptOccupancy(setting, {
      tokens: given.limits.maxNumTokens,
      pairs: (load.pairs / load.tokens) * given.limits.maxNumTokens,
      prompts: 1,
    }),
    chunks,
    chunkVariance: Math.max(0, moments.chunkSquare - square(chunks)),
    chunkCovariance: timesChunks - moments.mean * chunks,
  };
}

function momentsOf(
  setting: SpeedSetting,
  {
    limits,
    workload,
    shape,
  }: {
    readonly limits: ServingLimits;
    readonly workload: Workload;
    readonly shape: RequestShape;
  },
) {
  const longest = longestRequest(workload, limits);
  const cached = shape.cachedTokens;
  const toRead = (length: number): number =>
    Math.max(1, cutLengths({ prompt: length, output: 1 }, longest).prompt - cached);
  const { lengths } = lengthSlices(workload.prompt);
  const timeOf = interpolated(toRead(lengths[0] ?? 1), toRead(lengths.at(-1) ?? 1), (tokens) =>
    promptOccupancy(setting, { tokens, pairs: promptPairs(tokens, cached), prompts: 1 }),
  );
  const sums = { mean: 0, square: 0, cube: 0, chunks: 0, chunkSquare: 0, timesChunks: 0 };
  for (const length of lengths) {
    const tokens = toRead(length);
    const time = timeOf(tokens) / lengths.length;
    const whole = timeOf(tokens);
    const chunks = Math.max(1, Math.ceil(tokens / limits.maxNumTokens));
    sums.mean += time;
    sums.square += time * whole;
    sums.cube += time * square(whole);
    sums.chunks += chunks / lengths.length;
    sums.chunkSquare += square(chunks) / lengths.length;
    sums.timesChunks += time * chunks;
  }
  return sums;
}

/** Linear between knots whose distance grows evenly: what is asked for must not fall. */
function interpolated(
  least: number,
  most: number,
  of: (value: number) => number,
): (value: number) => number {
  const values: number[] = [];
  for (let value = least; value < most; value = Math.max(value + 1, value * BETWEEN_KNOTS)) {
    values.push(value);
  }
  const knots = [...values, most].map((value) => ({ value, found: of(value) }));
  let above = 0;
  return (value) => {
    while (above < knots.length - 1 && (knots[above]?.value ?? 0) < value) {
      above += 1;
    }
    const high = knots[above] as (typeof knots)[number];
    const low = knots[above - 1] ?? high;
    const span = high.value - low.value;
    return span > 0
      ? low.found + ((value - low.value) / span) * (high.found - low.found)
      : high.found;
  };
}

/** Prompts that differ by less are interpolated: of n² that is within 1 %. */
const BETWEEN_KNOTS = 1.2;
