import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConflictOracle } from "../../packages/core/src/documents/conflict.ts";
import { type Ask, isUnwritten } from "../../packages/core/src/documents/relaxed-fleet.ts";
import type { Verdict } from "../../packages/core/src/placement/quick-xplain.ts";
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

test("what is said not to hold together does not, without any one of it it does, and no default is named as a wish", () => {
  let conflicts = 0;
  let defaults = 0;
  fc.assert(
    fc.property(fleets, (fleet) => {
      const { found, oracle } = solveConflicts(JSON.stringify(fleet));
      for (const { model, conflict } of found) {
        const asks = conflict?.asks ?? [];
        const wishes = asks.filter((ask) => !isUnwritten(ask));
        const kinds = new Set(asks.filter(isUnwritten).map(kindOf));
        conflicts += 1;
        defaults += kinds.size;
        expect(conflict, model).toMatchObject({ isMinimal: true, areDefaultsNeeded: true });
        expect(oracle.judge(asks)).toBe("infeasible");
        expect(wishes.filter((ask) => !isWritten(fleet, ask)).map(kindOf)).toEqual([]);
        const parts = [
          ...wishes.map((wish) => (ask: Ask) => ask !== wish),
          ...[...kinds].map((kind) => (ask: Ask) => !isUnwritten(ask) || kindOf(ask) !== kind),
        ];
        expect(parts.map((isLeft) => judgeAnew(oracle, asks.filter(isLeft)))).toEqual(
          parts.map(() => "feasible"),
        );
      }
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(conflicts).toBeGreaterThan(20);
  expect(defaults).toBeGreaterThan(5);
});

function judgeAnew(oracle: ConflictOracle, asks: readonly Ask[]): Verdict {
  oracle.restart();
  return oracle.judge(asks);
}

function kindOf({ requirement }: Ask): string {
  return requirement?.kind ?? "placed";
}

/** Whether the file has words for it: a key of the model, or of the policy. */
function isWritten(
  fleet: { readonly models: readonly { readonly name: string }[] },
  ask: Ask,
): boolean {
  if (ask.of === "fleet" || ask.requirement === undefined) {
    return true;
  }
  const { name } = ask.model;
  const model = fleet.models.find((one) => one.name === name) ?? {};
  return ask.requirement.keys.some((key) => key in model);
}
