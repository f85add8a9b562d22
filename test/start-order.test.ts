import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { PlanDeployment } from "../packages/core/src/documents/plan-document.ts";
import { notFree } from "../packages/core/src/launch/free-for-start.ts";
import { fourOnOne } from "./fixtures/deploy-plans.ts";

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

  test("by what each took, today's launch refuses a start of every other order, and none of the plan's", () => {
    const orders = permutations(planned);
    expect(orders).toHaveLength(120);
    const accepted = orders.filter((order) => refusedIn(order).length === 0);
    expect(accepted.map((order) => order.map(({ model }) => model))).toEqual([
      planned.map(({ model }) => model),
    ]);
  });
});

/** Models whose start a launch refuses in this order, each after the others have taken what was measured of them. */
function refusedIn(order: readonly Step[]): readonly string[] {
  let freeBytes = planned[0]?.freeBeforeBytes ?? 0;
  return order.flatMap((step) => {
    const { model, plannedFreeAtStartBytes, freeBeforeBytes, freeAfterBytes } = step;
    const deployment = planDeployment(model, plannedFreeAtStartBytes);
    const refusals = notFree(deployment, [{ gpu: "h200:0", freeBytes, holders: [] }], () => true);
    freeBytes -= freeBeforeBytes - freeAfterBytes;
    return refusals.length > 0 ? [model] : [];
  });
}

function planDeployment(model: string, freeAtStartBytes: number): PlanDeployment {
  const [one] = fourOnOne("tensorrt-llm").deployments;
  const [rank] = one?.ranks ?? [];
  if (one === undefined || rank === undefined) {
    throw new Error("expected a deployment with a rank");
  }
  return { ...one, model, ranks: [{ ...rank, gpu: "h200:0", freeAtStartBytes }] };
}

function permutations<Value>(values: readonly Value[]): readonly (readonly Value[])[] {
  return values.length < 2
    ? [values]
    : values.flatMap((first, at) =>
        permutations(values.toSpliced(at, 1)).map((rest) => [first, ...rest]),
      );
}
