import fc from "fast-check";
import { expect, test } from "vitest";
import { classOf, gpu } from "../../../../test/fixtures/box-of-3090.ts";
import type { FleetGpu, FleetLink, LinkKind } from "../hardware/fleet.ts";
import { linkWeakness } from "../hardware/link-weakness.ts";
import type { CardClass } from "./card-classes.ts";
import type { Layout } from "./layout.ts";
import { leastLinksIn } from "./least-links.ts";
import { linksCrossed } from "./links-crossed.ts";

const link = (a: number, b: number, kind: LinkKind): FleetLink => ({
  a: `box:${a}`,
  b: `box:${b}`,
  kind,
  nvlinks: 0,
  peerToPeer: true,
});

const four = classOf("four", [0, 1, 2, 3].map(gpu));
const pairs = [link(0, 2, "NVLINK"), link(1, 3, "NVLINK"), link(0, 1, "PHB"), link(2, 3, "NODE")];
const stage = (ranks: number) => [{ cardClass: four, ranks }];

// joined: 0-2 and 1-3 by NVLink (0), 0-1 and 2-3 on one node (1), 0-3 and 1-2 unknown (2)
test.each([
  { what: "one rank", stages: [stage(1)], least: 0 },
  { what: "a pair", stages: [stage(2)], least: 0 },
  { what: "three ranks: 0 + 1 + 2, twice", stages: [stage(3)], least: 6 },
  { what: "four ranks: 0 + 0 + 1 + 1 + 2 + 2, twice", stages: [stage(4)], least: 12 },
  { what: "two stages of one rank", stages: [stage(1), stage(1)], least: 0 },
])("$what", ({ stages, least }) => {
  const layout = { tp: stages[0]?.[0]?.ranks ?? 1, pp: stages.length, stages };
  expect(leastLinksIn(linkWeakness(pairs))(layout)).toBe(least);
});

test("cards without printed links are near where they read each other's memory, else far", () => {
  const near = classOf(
    "near",
    four.gpus.map((card) => ({ ...card, peerToPeer: "pcie" })),
  );
  const layout = (cardClass: CardClass): Layout => ({
    tp: 2,
    pp: 1,
    stages: [[{ cardClass, ranks: 2 }]],
  });
  const least = leastLinksIn(linkWeakness([]));
  expect(least(layout(near))).toBe(2);
  expect(least(layout(four))).toBe(4);
});

const KINDS: readonly LinkKind[] = ["NVLINK", "PIX", "PXB", "PHB", "NODE", "SYS"];

test("no placement of a layout crosses fewer, and one group alone can reach it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...KINDS), { minLength: 15, maxLength: 15 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 3 }),
      fc.boolean(),
      (kinds, tp, pp, isSplit) => {
        const gpus = [0, 1, 2, 3, 4, 5].map(gpu);
        const [a, b] = [classOf("a", gpus.slice(0, 3)), classOf("b", gpus.slice(3))];
        const all = classOf("all", gpus);
        fc.pre(tp * pp <= 6 && (!isSplit || tp >= 2) && (!isSplit || (tp - 1) * pp <= 3));
        const own = isSplit
          ? [
              { cardClass: a, ranks: tp - 1 },
              { cardClass: b, ranks: 1 },
            ]
          : [{ cardClass: all, ranks: tp }];
        const layout = { tp, pp, stages: Array.from({ length: pp }, () => own) };
        let next = 0;
        const links = gpus.flatMap((_, i) =>
          gpus.slice(i + 1).map((_, j) => {
            next += 1;
            return link(i, i + 1 + j, kinds[next - 1] ?? "SYS");
          }),
        );
        const weakness = linkWeakness(links);
        const rankClass = layout.stages
          .flat()
          .flatMap(({ cardClass, ranks }) => Array.from({ length: ranks }, () => cardClass));
        const crossed = placements(rankClass).map((cards) =>
          linksCrossed({ tp, ranks: cards.length }, (from, to) =>
            weakness(cards[from] as FleetGpu, cards[to] as FleetGpu),
          ),
        );
        const best = Math.min(...crossed);
        const least = leastLinksIn(weakness)(layout);
        expect(least).toBeLessThanOrEqual(best);
        if (pp === 1 && !isSplit) {
          expect(least).toBe(best);
        }
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});

/** Every way to give each rank a card of its class. */
function placements(
  [first, ...rest]: readonly CardClass[],
  taken: readonly FleetGpu[] = [],
): readonly (readonly FleetGpu[])[] {
  return first === undefined
    ? [taken]
    : first.gpus
        .filter((card) => !taken.includes(card))
        .flatMap((card) => placements(rest, [...taken, card]));
}
