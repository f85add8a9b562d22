/**
 * A short run of what `pnpm fuzz` does for minutes: every reader reads or refuses in one sentence what is made of real
 * files by breaking them, within its time, and no prototype changes.
 */
import { expect, test } from "vitest";
import { tried } from "../fuzz/property.ts";
import { READERS } from "../fuzz/readers.ts";

/** Each stops earlier where a machine is slow. */
const RUNS = 40;
const MILLISECONDS = 400;
const SEED = Number(process.env["FC_SEED"] ?? 20_261_122);

test.each(Object.entries(READERS))("%s", async (_, reader) => {
  const { runs, failure } = await tried(reader, {
    runs: RUNS,
    seed: SEED,
    milliseconds: MILLISECONDS,
  });
  expect(failure).toBeUndefined();
  expect(runs).toBeGreaterThan(0);
});
