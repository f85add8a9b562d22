// What a refusal names as a way out is one, whatever is asked for.
import { describe, expect, test } from "vitest";
import { renderBundle } from "../../packages/core/src/deploy/render-bundle.ts";
import { isRouterId, listRouters } from "../../packages/core/src/deploy/routers/registry.ts";
import type { RouterId } from "../../packages/core/src/deploy/routers/router-id.ts";
import { isTargetId, listTargets } from "../../packages/core/src/deploy/targets/registry.ts";
import type { TargetId } from "../../packages/core/src/deploy/targets/target-id.ts";
import { fourEngines, fourOnOne, twelveCards } from "../fixtures/deploy-plans.ts";

const PLANS = [
  { name: "four TensorRT engines on one card", plan: fourOnOne("tensorrt-llm-engine") },
  { name: "TensorRT engines on twelve cards", plan: twelveCards("tensorrt-llm-engine") },
  { name: "trtllm-serve on twelve cards", plan: twelveCards("tensorrt-llm") },
  { name: "four engines", plan: fourEngines() },
];

interface Wish {
  readonly target: TargetId;
  readonly router: RouterId | undefined;
}

const WISHES: readonly Wish[] = listTargets().flatMap(({ id: target }) =>
  [undefined, ...listRouters().map(({ id }) => id)].map((router) => ({ target, router })),
);

describe.each(PLANS)("$name", ({ plan }) => {
  const reasons = ({ target, router }: Wish): readonly string[] => {
    const result = renderBundle(plan, {
      target,
      options: {},
      router: router === undefined ? undefined : { id: router },
    });
    return result.ok ? [] : result.reasons;
  };
  const all = WISHES.map((wish) => ({ wish, said: reasons(wish) }));
  const refused = all.filter(({ said }) => said.length > 0);
  const saidTo = (target: TargetId, router: RouterId | undefined): readonly string[] | undefined =>
    all.find(({ wish }) => wish.target === target && wish.router === router)?.said;

  test("one target is named at most, and it takes the plan", () => {
    expect(refused.length).toBeGreaterThan(0);
    for (const { wish, said } of refused) {
      const named = namesIn(said, /use the target ([a-z-]+)/g).filter(isTargetId);
      expect([wish, [...new Set(named)].length]).toEqual([wish, Math.min(named.length, 1)]);
      for (const target of named) {
        expect([wish, target, saidTo(target, undefined)]).toEqual([wish, target, []]);
      }
    }
  });

  test("a router that is named goes in front of that target", () => {
    for (const { wish, said } of refused) {
      for (const router of namesIn(said, /\brouter ([a-z-]+)/g).filter(isRouterId)) {
        expect([wish, router, saidTo(wish.target, router)]).toEqual([wish, router, []]);
      }
    }
  });
});

function namesIn(said: readonly string[], pattern: RegExp): readonly string[] {
  return said.flatMap((text) => [...text.matchAll(pattern)].map(([, name = ""]) => name));
}
