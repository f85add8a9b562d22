import fc from "fast-check";
import { inputOf, type Recipe } from "./cases.ts";
import { judged } from "./judge.ts";
import type { Reader } from "./readers.ts";
import { steps } from "./steps.ts";

/** How many inputs, from which seed, and for how long. */
export interface Effort {
  readonly runs: number;
  readonly seed?: number;
  readonly milliseconds?: number;
  /** Told of each input before it is read. */
  readonly onInput?: (bytes: Uint8Array) => void;
}

/** An input that a reader did not stand, as small as it was found to be. */
export interface Failure {
  readonly input: Uint8Array;
  readonly problem: string;
}

/** What was tried, and the first failure. */
export interface Outcome {
  readonly runs: number;
  readonly failure?: Failure;
}

/** Time that an input is made smaller for, once one failed. */
const SHRINK_MILLISECONDS = 20_000;

const recipes: fc.Arbitrary<Recipe> = fc.record({
  seed: fc.nat(10_000),
  knowsForm: fc.boolean(),
  steps,
});

/** Tries a reader with inputs that are made of its seeds. */
export async function tried(reader: Reader, effort: Effort): Promise<Outcome> {
  const seeds = await reader.seeds();
  // what a reader loads when it is first used is not the time of an input
  for (const seed of seeds) {
    await judged(reader, seed);
  }
  const run = async (recipe: Recipe): Promise<string | undefined> => {
    const input = inputOf(reader.form, seeds, recipe);
    effort.onInput?.(input);
    return judged(reader, input);
  };
  let failedAt: number | undefined;
  const holds = async (recipe: Recipe): Promise<boolean> => {
    // too late to make it smaller still: what was found stays
    if (failedAt !== undefined && Date.now() - failedAt > SHRINK_MILLISECONDS) {
      return true;
    }
    const isFine = (await run(recipe)) === undefined;
    failedAt ??= isFine ? undefined : Date.now();
    return isFine;
  };
  const details = await fc.check(fc.asyncProperty(recipes, holds), {
    numRuns: effort.runs,
    ...(effort.seed === undefined ? {} : { seed: effort.seed }),
    ...(effort.milliseconds === undefined ? {} : { interruptAfterTimeLimit: effort.milliseconds }),
  });
  const [recipe] = details.counterexample ?? [];
  if (recipe === undefined) {
    return { runs: details.numRuns };
  }
  const input = inputOf(reader.form, seeds, recipe);
  return {
    runs: details.numRuns,
    failure: { input, problem: (await judged(reader, input)) ?? "failed once, and not again" },
  };
}
