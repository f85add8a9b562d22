import { bytes } from "../units/units.ts";
import type { Card, Demand, Option, PlacementProblem, Stage } from "./problem.ts";

/**
 * The same problem when all cards of a class are one large card: what fits on single cards fits here, so where this
 * does not fit, memory is short in all. Who may not meet on a card is forgotten.
 */
export function classTotals({ cards, demands }: PlacementProblem): PlacementProblem {
  const classes = groupBy(cards, ({ cardClass }) => cardClass);
  return {
    cards: [...classes].flatMap(([cardClass, own]) =>
      own.slice(0, 1).map((first) => ({ ...first, id: cardClass, capacity: totalRoom(own) })),
    ),
    demands: demands.flatMap((demand) => oneByOne(demand)),
  };
}

function oneByOne(demand: Demand): readonly Demand[] {
  const least = Math.max(1, Math.ceil(demand.least / demand.replicas));
  const single = {
    ...demand,
    replicas: 1,
    least,
    wanted: least,
    isExclusive: false,
    avoids: [],
    options: demand.options.map(totalled),
  };
  return Array.from({ length: demand.replicas }, (_, i) => ({
    ...single,
    model: `${demand.model} ${i}`,
  }));
}

/** One rank a class, which takes what all ranks there take. */
function totalled(option: Option): Option {
  const byClass = groupBy(option.stages, ({ cardClass }) => cardClass);
  return {
    ...option,
    stages: [...byClass].map(([cardClass, stages]): Stage => {
      const sum = (of: (stage: Stage) => number): number =>
        stages.reduce((total, stage) => total + stage.ranks * of(stage), 0);
      return {
        cardClass,
        ranks: 1,
        fixed: bytes(sum(({ fixed }) => fixed)),
        perSequence: bytes(sum(({ perSequence }) => perSequence)),
      };
    }),
  };
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  }
  return groups;
}

function totalRoom(cards: readonly Card[]): Card["capacity"] {
  return bytes(cards.reduce((sum, { capacity }) => sum + capacity, 0));
}
