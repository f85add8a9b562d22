import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classOf, gpu } from "../../../../test/fixtures/box-of-3090.ts";
import type { FleetGpu, FleetLink, LinkKind } from "../hardware/fleet.ts";
import { linkDistance, linkWeakness } from "../hardware/link-weakness.ts";
import { alignWithLinks } from "./align-links.ts";
import type { CardClass } from "./card-classes.ts";
import { linksCrossed } from "./links-crossed.ts";
import type { Assignment } from "./problem.ts";

const link = (a: number, b: number, kind: LinkKind): FleetLink => ({
  a: `box:${a}`,
  b: `box:${b}`,
  kind,
  nvlinks: kind === "NVLINK" ? 4 : 0,
  peerToPeer: kind === "NVLINK",
});

/** The model's name says its tensor parallel size: "2a" has groups of two. */
const group = (model: string, ...cards: readonly number[]): Assignment => ({
  model,
  replica: 0,
  option: "",
  cards: cards.map((card) => `box:${card}`),
  sequences: 1,
});
const tpOf = ({ model }: Assignment): number => Number.parseInt(model, 10);

function aligned(
  assignments: readonly Assignment[],
  links: readonly FleetLink[],
  classes: readonly CardClass[],
): readonly (readonly number[])[] {
  return alignWithLinks(assignments, { classes, links, tpOf }).map(({ cards }) =>
    cards.map((card) => Number(card.slice("box:".length))),
  );
}

/** All pairs of these cards, with one kind of link where both are of one of the sets, another elsewhere. */
function allLinks(
  count: number,
  kindOf: (a: number, b: number) => LinkKind | undefined,
): readonly FleetLink[] {
  return Array.from({ length: count }, (_, a) =>
    Array.from({ length: a }, (_, b) => {
      const kind = kindOf(a, b);
      return kind === undefined ? [] : [link(b, a, kind)];
    }).flat(),
  ).flat();
}

const four = classOf("c", [0, 1, 2, 3].map(gpu));
const eight = classOf("c", [0, 1, 2, 3, 4, 5, 6, 7].map(gpu));

describe("groups on the cards of one class", () => {
  test("two pairs take the two bridges", () => {
    // bridges 0-2 and 1-3 of two processors, as boards with cards two slots wide have them
    const links = allLinks(4, (a, b) => (Math.abs(a - b) === 2 ? "NVLINK" : "SYS"));
    expect(aligned([group("2a", 0, 1), group("2b", 2, 3)], links, [four])).toEqual([
      [0, 2],
      [1, 3],
    ]);
  });

  test("a pair takes the bridge, wherever it is, and a card alone stays out of its way", () => {
    const links = allLinks(4, (a, b) => (a === 3 && b === 1 ? "NVLINK" : "PHB"));
    const [pair, alone] = aligned([group("2a", 0, 1), group("1b", 2)], links, [four]);
    expect(pair).toEqual([1, 3]);
    expect([0, 2]).toContain(alone?.[0]);
  });

  test("four ranks stay on one NUMA node where there is no bridge", () => {
    const links = allLinks(8, (a, b) => (a % 2 === b % 2 ? "NODE" : "SYS"));
    const [quad] = aligned([group("4a", 0, 1, 2, 3)], links, [eight]);
    expect(new Set(quad?.map((card) => card % 2)).size).toBe(1);
  });

  test("tensor parallel groups get the bridges before pipeline stages do", () => {
    const links = allLinks(4, (a, b) => (Math.abs(a - b) === 2 ? "NVLINK" : "SYS"));
    const [stages] = aligned([group("2a", 0, 1, 2, 3)], links, [four]);
    expect(stages?.slice(0, 2).map((card) => card % 2)).toEqual([0, 0]);
    expect(stages?.slice(2).map((card) => card % 2)).toEqual([1, 1]);
  });

  test("more NVLinks are better than fewer", () => {
    const links = [
      { ...link(0, 1, "NVLINK"), nvlinks: 1 },
      { ...link(1, 2, "NVLINK"), nvlinks: 2 },
    ];
    expect(aligned([group("2a", 0, 3)], links, [four])).toEqual([[1, 2]]);
  });

  test("without links nothing but the order of the fleet decides", () => {
    expect(aligned([group("1a", 0), group("2b", 2, 3)], [], [four])).toEqual([[2], [0, 1]]);
  });
});

const KINDS: readonly (LinkKind | undefined)[] = [
  "NVLINK",
  "PIX",
  "PXB",
  "PHB",
  "NODE",
  "SYS",
  undefined,
];

interface Random {
  readonly links: readonly FleetLink[];
  readonly classes: readonly CardClass[];
  readonly assignments: readonly Assignment[];
}

/** Up to six cards in one class, or in two that a replica may span; up to three replicas. */
const randoms: fc.Arbitrary<Random> = fc
  .record({
    count: fc.integer({ min: 2, max: 6 }),
    kinds: fc.array(fc.constantFrom(...KINDS), { minLength: 15, maxLength: 15 }),
    split: fc.boolean(),
    groups: fc.array(
      fc.record({
        tp: fc.integer({ min: 1, max: 3 }),
        cards: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1, maxLength: 4 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ count, kinds, split, groups }) => {
    const cards = Array.from({ length: count }, (_, i) => gpu(i));
    const half = Math.floor(count / 2);
    let next = 0;
    return {
      links: allLinks(count, () => {
        next += 1;
        return kinds[next - 1];
      }),
      classes: split
        ? [classOf("c", cards.slice(0, half)), classOf("d", cards.slice(half))]
        : [classOf("c", cards)],
      assignments: groups.flatMap(({ tp, cards: own }, i) => {
        const there = own.filter((card) => card < count);
        const whole = there.slice(0, there.length - (there.length % tp));
        return whole.length === 0 ? [] : [group(`${tp}m${i}`, ...whole)];
      }),
    };
  });

function crossed(
  assignments: readonly Assignment[],
  weakness: ReturnType<typeof linkWeakness>,
): number {
  return assignments.reduce((sum, assignment) => {
    const gpus = assignment.cards.map((id) => gpu(Number(id.slice("box:".length))));
    const at = (rank: number): FleetGpu => gpus[rank] as FleetGpu;
    const size = { tp: tpOf(assignment), ranks: gpus.length };
    return sum + linksCrossed(size, (from, to) => weakness(at(from), at(to)));
  }, 0);
}

function* permutations<T>(values: readonly T[]): Generator<readonly T[]> {
  if (values.length === 0) {
    yield [];
  }
  for (const [i, value] of values.entries()) {
    for (const rest of permutations([...values.slice(0, i), ...values.slice(i + 1)])) {
      yield [value, ...rest];
    }
  }
}

describe("against every permutation", () => {
  test("no renaming of one class crosses fewer links, or farther ones", () => {
    fc.assert(
      fc.property(randoms, ({ links, classes, assignments }) => {
        const [own, ...others] = classes;
        const cards = own?.gpus ?? [];
        fc.pre(others.length === 0);
        const [weakness, distance] = [linkWeakness(links), linkDistance(links)];
        const all = [...permutations(cards)].map((to) => {
          const names = new Map(cards.map(({ id }, i) => [id, to[i]?.id ?? id]));
          const renamed = assignments.map((one) => ({
            ...one,
            cards: one.cards.map((card) => names.get(card) ?? card),
          }));
          return [crossed(renamed, weakness), crossed(renamed, distance)] as const;
        });
        const got = alignWithLinks(assignments, { classes, links, tpOf });
        if (links.length > 0) {
          expect(crossed(got, weakness)).toBe(Math.min(...all.map(([links]) => links)));
          expect(crossed(got, distance)).toBe(Math.min(...all.map(([, far]) => far)));
        }
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test("cards keep their classes and their neighbours, and the answer is always the same", () => {
    fc.assert(
      fc.property(randoms, ({ links, classes, assignments }) => {
        const got = alignWithLinks(assignments, { classes, links, tpOf });
        const classAt = (id: string) => classes.find(({ gpus }) => gpus.some((g) => g.id === id));
        const names = new Map<string, string>();
        for (const [i, { cards }] of assignments.entries()) {
          for (const [rank, card] of cards.entries()) {
            const name = got[i]?.cards[rank] ?? "";
            expect(classAt(name)).toBe(classAt(card));
            expect(names.get(card) ?? name).toBe(name);
            names.set(card, name);
          }
        }
        expect(new Set(names.values()).size).toBe(names.size);
        const shuffled = [...links].reverse().map((one) => ({ ...one, a: one.b, b: one.a }));
        expect(alignWithLinks(assignments, { classes, links: shuffled, tpOf })).toEqual(got);
      }),
      { numRuns: 400, seed: 2 },
    );
  });
});
