import { square } from "../units/same-math.ts";
import { meanContext } from "./concurrency.ts";
import { longestRequest } from "./request-lengths.ts";
import type { ServingModel } from "./serving-model.ts";
import { decodeStep } from "./step-time.ts";
import type { Workload } from "./workload.ts";
import { lengthSlices } from "./workload-lengths.ts";

/** How requests differ in the time that they take of a replica whose seats are all taken. */
export interface RequestWork {
  /** Squared coefficient of variation of that time: 0 where all are alike. */
  readonly variation: number;
  /** Mean of 1 / (tokens after the first): short outputs feel a prompt of others most. */
  readonly outputInverse: number;
}

/**
 * A request takes its prompt's time, its part of each of its steps, and the reading of its own context in them, which
 * grows with every token: prompt + output · (step + prompt tokens · read) + output² / 2 · read. Prompts and outputs are
 * independent.
 */
export function requestWork(model: Omit<ServingModel, "work">, workload: Workload): RequestWork {
  const { setting, shape, concurrency, prompt, mostRate } = model;
  const seats = Math.max(1, concurrency.most);
  const context = meanContext(shape);
  const { accepted } = setting.speculation;
  const stepOf = (length: number): number => decodeStep(setting, seats, length) / accepted / seats;
  // as its context grows by a tenth
  const read = (stepOf(context * (1 + TENTH)) - stepOf(context)) / (context * TENTH);
  const share = Math.max(0, stepOf(context) - context * read);
  const outputs = outputMoments(model, workload);
  const perToken = share + read * (shape.promptTokens + shape.cachedTokens);
  const own =
    square(perToken) * outputs.variance +
    perToken * read * outputs.covariance +
    (square(read) / 4) * outputs.squareVariance;
  // a longer prompt takes longer to read, and longer again in each step
  const byPrompt =
    Math.sqrt(Math.max(0, prompt.square - square(prompt.mean))) +
    read *
      shape.outputTokens *
      Math.sqrt(Math.max(0, shape.promptSquare - square(shape.promptTokens)));
  return {
    variation: (own + square(byPrompt)) * square(mostRate),
    outputInverse: outputs.inverse,
  };
}

const TENTH = 0.1;

/** Of outputs, none longer than a sequence: the variances of n and n², and what the two share. */
function outputMoments(
  { limits, shape }: Pick<ServingModel, "limits" | "shape">,
  workload: Workload,
) {
  const most = longestRequest(workload, limits) - shape.promptTokens - shape.cachedTokens;
  const { lengths } = lengthSlices(workload.output);
  const sums = { n: 0, squares: 0, cubes: 0, fourths: 0, inverse: 0 };
  for (const length of lengths) {
    const n = Math.max(1, Math.min(length, most));
    sums.n += n;
    sums.squares += square(n);
    sums.cubes += n * square(n);
    sums.fourths += square(square(n));
    sums.inverse += 1 / Math.max(1, n - 1);
  }
  const count = lengths.length;
  const [mean, meanSquare] = [sums.n / count, sums.squares / count];
  return {
    variance: Math.max(0, meanSquare - square(mean)),
    covariance: Math.max(0, sums.cubes / count - mean * meanSquare),
    squareVariance: Math.max(0, sums.fourths / count - square(meanSquare)),
    inverse: sums.inverse / count,
  };
}
