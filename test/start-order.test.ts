import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

/** What nvidia-smi's rounding, CUDA's pages and the allocator's may add up to at a start. */
const TOLERANCE_BYTES = 64 * 2 ** 20;

interface Step {
  readonly kind: string;
  readonly run: string;
  readonly model: string;
  readonly terms: Readonly<Record<string, number>>;
  readonly kvPoolBytes: number;
  readonly lowBytes: number;
  readonly highBytes: number;
  readonly plannedFreeAtStartBytes: number;
  readonly freeBeforeBytes: number;
  readonly freeAfterBytes: number;
  readonly plannedKvTokens?: number;
  readonly kvTokens?: number;
  readonly refused?: string;
  readonly reason?: string;
}

const rows = readFileSync("test/measured/h200-start-order-2026-11-22.jsonl", "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Step);
const steps = rows.filter(({ kind }) => kind === "step");
const planned = steps.filter(({ run }) => run === "terms of the plan");

describe("five servers on one H200, started by berth launch in the plan's order", () => {
  test.each(planned)("$model takes what the plan says, to 64 MiB", (step) => {
    const expected = Object.values(step.terms).reduce(
      (sum, bytes) => sum + bytes,
      step.kvPoolBytes,
    );
    const taken = step.freeBeforeBytes - step.freeAfterBytes;
    expect(Math.abs(taken - expected)).toBeLessThanOrEqual(TOLERANCE_BYTES);
    expect(step.kvTokens).toBe(step.plannedKvTokens);
  });

  test.each(steps)(
    "$model, $run: finds what the plan counts on, and stays within its bounds",
    (step) => {
      const taken = step.freeBeforeBytes - step.freeAfterBytes;
      expect(step.freeBeforeBytes).toBeGreaterThanOrEqual(
        step.plannedFreeAtStartBytes - TOLERANCE_BYTES,
      );
      expect(taken).toBeGreaterThanOrEqual(step.lowBytes);
      expect(taken).toBeLessThanOrEqual(step.highBytes);
    },
  );

  test("there are five of them, each run twice", () => {
    expect(planned).toHaveLength(5);
    expect(steps).toHaveLength(10);
  });

  test("a server that was started before its turn is noticed before anything is started", () => {
    const other = rows.find(({ kind }) => kind === "another-order");
    expect(other?.refused).toBe(planned[0]?.model);
    expect(other?.reason).toContain("holds 6.42 GiB");
  });
});
