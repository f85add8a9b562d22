import type { FleetGpu, FleetLink } from "../hardware/fleet.ts";
import { linkDistance } from "../hardware/link-weakness.ts";
import type { CardClass } from "./card-classes.ts";
import { crossingsOf } from "./links-crossed.ts";
import type { Assignment } from "./problem.ts";
import { seatRanks, type Talk } from "./seat-ranks.ts";

interface Aligning {
  readonly classes: readonly CardClass[];
  readonly links: readonly FleetLink[];
  /** Ranks of each tensor parallel group of an assignment. */
  readonly tpOf: (assignment: Assignment) => number;
}

/**
 * Seats that all classes together may fill; a fifth of a second. Eight cards in joined pairs or on two NUMA nodes
 * are done after some thousands, so that this is every seating of a host or two, and a good one on hundreds.
 */
const MOST_STEPS = 150_000;
/** Of these, what each class may do at least. */
const LEAST_STEPS = 1_000;

/**
 * Cards of one class are interchangeable for memory, but not for speed: renames them so that ranks that talk are on
 * NVLink pairs first, then on one NUMA node, then wherever is left. Every assignment keeps its classes and its
 * neighbours, so what fitted still fits. Class by class, and always the same.
 */
export function alignWithLinks(
  assignments: readonly Assignment[],
  { classes, links, tpOf }: Aligning,
): readonly Assignment[] {
  const distance = linkDistance(links);
  const linked = new Set(links.flatMap(({ a, b }) => [a, b]));
  const gpus = new Map(classes.flatMap((own) => own.gpus.map((gpu) => [gpu.id, gpu] as const)));
  const talks = talksOf(assignments, tpOf);
  const rename = new Map<string, string>();
  const placeOf = (card: string) => gpus.get(rename.get(card) ?? card);
  const hasChoice = ({ gpus: own }: CardClass): boolean =>
    own.some(({ id }) => linked.has(id)) && own.some(({ id }) => talks.has(id));
  const choices = classes.filter(hasChoice).length;
  const steps = Math.max(LEAST_STEPS, Math.floor(MOST_STEPS / Math.max(1, choices)));
  for (const cardClass of classes) {
    const { gpus: own } = cardClass;
    const seats = solverOrder(own, assignments);
    const cards = hasChoice(cardClass)
      ? seatRanks({ seats, cards: own, talks, distance, placeOf, steps })
      : own;
    for (const [i, card] of seats.entries()) {
      rename.set(card, cards[i]?.id ?? card);
    }
  }
  return assignments.map((assignment) => ({
    ...assignment,
    cards: assignment.cards.map((card) => rename.get(card) ?? card),
  }));
}

/** The solver's cards, those of the largest groups first. */
function solverOrder(
  own: readonly FleetGpu[],
  assignments: readonly Assignment[],
): readonly string[] {
  const cards = own.map(({ id }) => id);
  const isOwn = new Set(cards);
  const groups = assignments
    .map((assignment) => assignment.cards.filter((card) => isOwn.has(card)))
    .filter((group) => group.length > 1)
    .sort((a, b) => b.length - a.length);
  return [...new Set([...groups.flat(), ...cards])];
}

function talksOf(
  assignments: readonly Assignment[],
  tpOf: Aligning["tpOf"],
): ReadonlyMap<string, readonly Talk[]> {
  const talks = new Map<string, Talk[]>();
  const add = (from: string, to: string, times: number): void => {
    const own = talks.get(from) ?? [];
    own.push({ with: to, times });
    talks.set(from, own);
  };
  for (const assignment of assignments) {
    const { cards } = assignment;
    for (const { from, to, times } of crossingsOf(tpOf(assignment), cards.length)) {
      const [a = "", b = ""] = [cards[from], cards[to]];
      add(a, b, times);
      add(b, a, times);
    }
  }
  return talks;
}
