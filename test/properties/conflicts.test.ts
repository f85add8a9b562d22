import fc from "fast-check";
import { expect, test } from "vitest";
import { solveConflicts } from "../support/solve-conflicts.ts";

const names = ["a", "b", "c", "d"] as const;
const card = fc.constantFrom("rtx-3090", "rtx-4090");

/** A model with few or many wishes, so that cards are sometimes short and sometimes only cut up. */
const wishes = fc.record(
  {
    model: fc.constantFrom("Qwen/Qwen2.5-0.5B", "Qwen/Qwen2-7B", "Qwen/Qwen2.5-14B"),
    quantization: fc.constantFrom("bf16", "int8-wo", "fp8", "auto"),
    maxSeqLen: fc.constantFrom("1k", "4k", "32k"),
    concurrency: fc.constantFrom(1, 4, 12),
    replicas: fc.constantFrom(1, 1, 2),
    priority: fc.constantFrom(0, 1),
    exclusive: fc.constantFrom(false, false, true),
    notWith: fc.subarray([...names], { maxLength: 1 }),
    gpus: fc.constantFrom("box:0", "rtx-4090", "box:7"),
    tp: fc.constantFrom(1, 2),
    pp: fc.constant(1),
  },
  { requiredKeys: ["model"] },
);

const fleets = fc
  .record({
    hosts: fc.array(card, { minLength: 1, maxLength: 3 }),
    sharing: fc.constantFrom("shared", "shared", "exclusive"),
    reserve: fc.constantFrom("0 GiB", "2 GiB"),
    models: fc.array(wishes, { minLength: 2, maxLength: 4 }),
  })
  .map(({ hosts, sharing, reserve, models }) => ({
    hosts: [{ name: "box", gpus: hosts.map((gpu) => ({ gpu })) }],
    policy: { sharing, reserve },
    models: models.map((model, i) => {
      const name = names[i] ?? "";
      const { notWith } = model;
      const others = notWith?.filter((other) => names.indexOf(other) < models.length);
      return {
        name,
        ...model,
        ...(others === undefined ? {} : { notWith: others.filter((other) => other !== name) }),
      };
    }),
  }));

test("what is said not to hold together does not, and without any one of it it does", () => {
  let conflicts = 0;
  fc.assert(
    fc.property(fleets, (fleet) => {
      const { found, oracle } = solveConflicts(JSON.stringify(fleet));
      for (const { model, conflict } of found) {
        const asks = conflict?.asks ?? [];
        conflicts += 1;
        expect(conflict?.isMinimal, model).toBe(true);
        expect(oracle.judge(asks)).toBe("infeasible");
        for (const out of asks) {
          expect(oracle.judge(asks.filter((ask) => ask !== out))).toBe("feasible");
        }
      }
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(conflicts).toBeGreaterThan(20);
});
