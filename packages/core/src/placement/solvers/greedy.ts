import { onEachHost } from "../each-host.ts";
import type { Demand } from "../problem.ts";
import { mostOnHost } from "../survive.ts";
import { CardTable } from "./card-table.ts";
import { bytesOf, type Choice, hostsOf } from "./choice.ts";
import { choicesAt } from "./choices.ts";
import { fill } from "./fill.ts";
import type { FleetIndex } from "./fleet-index.ts";
import { indexFleet } from "./fleet-index.ts";
import type { Layout, PlacedModel, PlacedReplica } from "./layout.ts";
import { layoutOf } from "./layout.ts";
import { levelAtShare, lowestLevel, NOTHING, sharesAbove } from "./levels.ts";
import type { Item } from "./search-items.ts";
import { solutionOf, unproven } from "./solution.ts";
import type { Solver } from "./solver.ts";

/** Nothing but the greedy layout, for fleets of any size; proves nothing. */
export const greedySolver: Solver = {
  name: "greedy",
  solve: (problem) => {
    const { problem: each, merged } = onEachHost(problem);
    const fleet = indexFleet(each);
    return merged(solutionOf(fleet, unproven(greedyLayout(fleet))));
  },
};

/**
 * A good layout in milliseconds: first what can be placed at its least, hardest first; then the
 * largest share at which the same can be packed again; then every card is filled.
 */
export function greedyLayout(fleet: FleetIndex): Layout {
  const { demands } = fleet.problem;
  const first = packInOrder(
    fleet,
    demands.map((demand) => lowestLevel(demand)),
  );
  const models = first.map((placed) => placed.model);
  const best = atLargestShare(fleet, first);
  return fill(fleet, best, new Set(models));
}

function atLargestShare(fleet: FleetIndex, first: Layout): Layout {
  const isPlaced = new Set(first.map((placed) => placed.model));
  const demandsPlaced = fleet.problem.demands.filter((_, model) => isPlaced.has(model));
  const shares = sharesAbove(demandsPlaced, NOTHING);
  let best = first;
  let low = -1;
  let high = shares.length;
  let next = shares.length - 1;
  while (low + 1 < high) {
    const share = shares[next];
    const levels = fleet.problem.demands.map((demand, model) =>
      isPlaced.has(model) && share !== undefined ? levelAtShare(demand, share) : undefined,
    );
    const layout = packInOrder(fleet, levels);
    if (layout.length === first.length) {
      best = layout;
      low = next;
    } else {
      high = next;
    }
    next = Math.floor((low + high) / 2);
  }
  return best;
}

/** Places what fits at these levels, by priority and hardest first; the rest is left out. */
function packInOrder(fleet: FleetIndex, levels: readonly (number | undefined)[]): Layout {
  const table = new CardTable(fleet);
  const wanted = fleet.problem.demands.flatMap((demand, model) => {
    const level = levels[model];
    return level === undefined ? [] : [plannedOf(fleet, { demand, model, level })];
  });
  wanted.sort(
    (a, b) => b.demand.priority - a.demand.priority || b.bytes - a.bytes || a.model - b.model,
  );
  return wanted
    .flatMap((planned) => placeReplicas(fleet, table, planned))
    .sort((a, b) => a.model - b.model);
}

interface Planned {
  readonly demand: Demand;
  readonly model: number;
  readonly level: number;
  readonly choices: ReturnType<typeof choicesAt>["choices"];
  readonly bytes: number;
}

function plannedOf(
  fleet: FleetIndex,
  at: { readonly demand: Demand; readonly model: number; readonly level: number },
): Planned {
  const one = { ...at.demand, replicas: 1 };
  const { choices } = choicesAt(fleet, one, { level: at.level, keptFor: "room" });
  const least = choices.reduce((a, b) => Math.min(a, bytesOf(b)), Number.POSITIVE_INFINITY);
  return { ...at, choices, bytes: choices.length === 0 ? 0 : least * at.demand.replicas };
}

function placeReplicas(fleet: FleetIndex, table: CardTable, planned: Planned): PlacedModel[] {
  const undo: (() => void)[] = [];
  const replicas: PlacedReplica[] = [];
  const taken: string[] = [];
  for (let i = 0; i < planned.demand.replicas; i += 1) {
    const replica = placeReplica(fleet, table, { planned, undo, taken });
    if (replica === undefined) {
      for (const back of undo.reverse()) {
        back();
      }
      return [];
    }
    replicas.push(replica);
  }
  return [{ model: planned.model, level: planned.level, replicas }];
}

function placeReplica(
  fleet: FleetIndex,
  table: CardTable,
  at: {
    readonly planned: Planned;
    readonly undo: (() => void)[];
    /** Hosts of the replicas before it. */
    readonly taken: string[];
  },
): PlacedReplica | undefined {
  const { model, demand, level } = at.planned;
  const item = { model, isExclusive: demand.isExclusive, choices: [] };
  const most = mostOnHost(demand) ?? Number.POSITIVE_INFINITY;
  const isFull = (host: string): boolean => at.taken.filter((one) => one === host).length >= most;
  const open = at.planned.choices.filter((choice) => !hostsOf(fleet, choice).some(isFull));
  for (const choice of open) {
    const { cards, back } = putRuns(table, item, choice);
    const isWhole = cards.every((own, i) => own.length === choice.runs[i]?.count);
    if (isWhole && table.hosts.mayHold(choice.files)) {
      table.hosts.hold(choice.files);
      at.undo.push(back, () => {
        table.hosts.drop(choice.files);
      });
      at.taken.push(...new Set(hostsOf(fleet, choice)));
      const priced = { ...choice, level, penalty: 0 };
      return layoutOf(fleet, [{ model, choice: priced, cards }])[0]?.replicas[0];
    }
    back();
  }
  return undefined;
}

/** Puts as many ranks of each run on cards as there is room for, and says how to take them off again. */
function putRuns(
  table: CardTable,
  item: Item,
  { runs }: Choice,
): { readonly cards: readonly (readonly number[])[]; readonly back: () => void } {
  const taken: ReturnType<CardTable["put"]>[] = [];
  const cards = runs.map(({ pool, need, count }) => {
    const own: number[] = [];
    for (const card of table.cardsFor(item, { depth: item.model, pool, need })) {
      if (own.length < count && table.isPowered(card)) {
        taken.push(table.put(item, { card, depth: item.model, need }));
        own.push(card);
      }
    }
    return own;
  });
  const back = () => {
    for (const before of taken.reverse()) {
      table.restore(before);
    }
  };
  return { cards, back };
}
