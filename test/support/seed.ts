import fc from "fast-check";

/**
 * Property tests draw the same cases in every run, so that a failure is one of the change at hand.
 * `FC_SEED=1 npx vitest run` draws others; each failure prints the seed that it came from.
 */
fc.configureGlobal({ seed: Number(process.env["FC_SEED"] ?? 20_261_122) });
