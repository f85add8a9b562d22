import { priceStep } from "../price-step.ts";
import type { ObjectiveStage, Solution } from "../problem.ts";
import type { FleetIndex } from "./fleet-index.ts";
import type { Layout } from "./layout.ts";
import { assignmentsOf, reachedBy } from "./layout.ts";
import type { Ratio } from "./levels.ts";
import { EVERYTHING } from "./levels.ts";

/** Which stages of the objective are proven to be the best, given those before. */
interface Proven {
  readonly placed: boolean;
  /** The least share. */
  readonly share: boolean;
  /** All shares, and the sequences with them. */
  readonly sequences: boolean;
  readonly precision: boolean;
  /** Of the cards, what they cost. */
  readonly cost: boolean;
  readonly cards: boolean;
  readonly links: boolean;
  readonly mixing: boolean;
}

export const NOTHING_PROVEN: Proven = {
  placed: false,
  share: false,
  sequences: false,
  precision: false,
  cost: false,
  cards: false,
  links: false,
  mixing: false,
};

export const EVERYTHING_PROVEN: Proven = {
  placed: true,
  share: true,
  sequences: true,
  precision: true,
  cost: true,
  cards: true,
  links: true,
  mixing: true,
};

const STAGES = ["placed", "share", "sequences", "precision", "cards", "links", "mixing"] as const;

/** A layout and what is known of it. */
export interface Judged {
  readonly layout: Layout;
  readonly proven: Proven;
  /** No layout that places as many at each priority gives everyone a larger share. */
  readonly shareBound: Ratio;
  readonly nodes: number;
}

export function unproven(layout: Layout): Judged {
  return { layout, proven: NOTHING_PROVEN, shareBound: EVERYTHING, nodes: 0 };
}

export function solutionOf(fleet: FleetIndex, judged: Judged): Solution {
  const isPlaced = new Set(judged.layout.map((placed) => placed.model));
  return {
    assignments: assignmentsOf(fleet, judged.layout),
    unplaced: fleet.problem.demands.filter((_, i) => !isPlaced.has(i)).map(({ model }) => model),
    status: Object.values(judged.proven).every(Boolean) ? "optimal" : "feasible",
    objective: objectiveOf(fleet, judged),
    nodes: judged.nodes,
  };
}

function objectiveOf(fleet: FleetIndex, { layout, proven, shareBound }: Judged): ObjectiveStage[] {
  const reached = reachedBy(fleet, layout);
  const least = reached.shares[0];
  const values = {
    placed: layout.length,
    share: least === undefined ? 0 : least.served / least.wanted,
    sequences: reached.sequences,
    precision: reached.precision,
    cards: reached.cards,
    links: reached.links,
    mixing: reached.mixing,
  };
  const bounds = {
    placed: fleet.problem.demands.length,
    share: shareBound.served / shareBound.wanted,
    sequences: fleet.problem.demands.reduce(
      (sum, demand) => sum + Math.max(1, demand.least, demand.wanted),
      0,
    ),
    precision: 0,
    cards: proven.cost
      ? reached.cards - fewerCards(fleet, reached.cards)
      : leastPaid(fleet, layout),
    links: 0,
    mixing: 0,
  };
  return STAGES.map((id) => ({
    id,
    value: values[id],
    bound: proven[id] ? values[id] : bounds[id],
  }));
}

/** The least that cards may count for. */
function leastPaid({ cardPrices }: FleetIndex, layout: Layout): number {
  return layout.length === 0 ? 0 : Math.min(...cardPrices);
}

/** How many of the cards may be too many at this price; any layout has one at least. */
function fewerCards({ problem }: FleetIndex, paid: number): number {
  return Math.max(0, (paid % priceStep(problem)) - 1);
}
