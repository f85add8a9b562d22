import { type Dimension, FREQUENCY, PLAIN, REQUEST_RATE, TIME, TOKENS } from "./quantity.ts";

/** What an amount is read as; a plain number always stands for it. */
export type Wanted = "number" | "rate" | "seconds" | "tokens";

interface Accepted {
  readonly accepts: readonly Dimension[];
  readonly expected: string;
}

export const WANTED: Readonly<Record<Wanted, Accepted>> = {
  number: { accepts: [PLAIN], expected: "a plain number" },
  rate: {
    accepts: [PLAIN, REQUEST_RATE, FREQUENCY],
    expected: "requests a second, such as 0.2 or 12 requests / minute",
  },
  seconds: { accepts: [PLAIN, TIME], expected: "a time, such as 500 ms or 2 s" },
  tokens: { accepts: [PLAIN, TOKENS], expected: "a number of tokens, such as 8k" },
};
