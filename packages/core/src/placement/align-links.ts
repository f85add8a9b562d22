import type { FleetLink } from "../hardware/fleet.ts";
import type { CardClass } from "./card-classes.ts";
import type { Assignment } from "./problem.ts";

/**
 * Cards of one class are interchangeable for memory, but not for speed: renames them so that groups of
 * several ranks land on cards with the best links between them (bridged pairs, then the same switch), the
 * largest group on the first cards. Every assignment keeps its class and its neighbours, so what fitted
 * still fits.
 */
export function alignWithLinks(
  assignments: readonly Assignment[],
  {
    classes,
    links,
  }: { readonly classes: readonly CardClass[]; readonly links: readonly FleetLink[] },
): readonly Assignment[] {
  const rename = new Map(
    classes.flatMap((cardClass) => [...renamesIn(cardClass, assignments, links)]),
  );
  return assignments.map((assignment) => ({
    ...assignment,
    cards: assignment.cards.map((card) => rename.get(card) ?? card),
  }));
}

/** Old card → new card: the solver's cards in order of their largest groups, onto chains of near cards. */
function renamesIn(
  cardClass: CardClass,
  assignments: readonly Assignment[],
  links: readonly FleetLink[],
): ReadonlyMap<string, string> {
  const cards = cardClass.gpus.map((gpu) => gpu.id);
  const groups = assignments
    .map((assignment) => assignment.cards.filter((card) => cards.includes(card)))
    .filter((group) => group.length > 1)
    .sort((a, b) => b.length - a.length);
  const solverOrder = [...new Set([...groups.flat(), ...cards])];
  const chain = chainOfNear(cards, links);
  return new Map(solverOrder.map((card, i) => [card, chain[i] ?? card]));
}

/** All cards in an order in which each follows the nearest that is left; ties go by the given order. */
function chainOfNear(cards: readonly string[], links: readonly FleetLink[]): readonly string[] {
  const chain: string[] = [];
  const left = [...cards];
  while (left.length > 0) {
    const last = chain.at(-1);
    const next = last === undefined ? 0 : nearest(last, left, links);
    chain.push(...left.splice(next, 1));
  }
  return chain;
}

function nearest(from: string, cards: readonly string[], links: readonly FleetLink[]): number {
  const distances = cards.map((card) => distance(from, card, links));
  return distances.indexOf(Math.min(...distances));
}

/** NVLinks first, then PCIe from near to far, then what is not known. */
const KINDS = ["NVLINK", "PIX", "PXB", "PHB", "NODE", "SYS"] as const;

function distance(a: string, b: string, links: readonly FleetLink[]): number {
  const link = links.find((l) => (l.a === a && l.b === b) || (l.a === b && l.b === a));
  return link === undefined ? KINDS.length : KINDS.indexOf(link.kind) - link.nvlinks / 100;
}
