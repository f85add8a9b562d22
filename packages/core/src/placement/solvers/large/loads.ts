import type { Demand } from "../../problem.ts";
import type { FleetIndex } from "../fleet-index.ts";
import { ROUNDINGS } from "./rounding.ts";
import { bytesOf, type Run, runsOf, withoutBeaten } from "./ways.ts";

/** What every option of some models takes of every resource, as parts of what the fleet has of it. */
export interface Loads {
  /** Resources: each rounding of the needs on each class. */
  readonly count: number;
  readonly needs: readonly Need[];
  readonly models: readonly ModelLoads[];
}

/** A need on a card of a class: parts[k] of resource `first + k`. */
export interface Need {
  readonly cardClass: number;
  readonly need: number;
  readonly first: number;
  readonly parts: Float64Array;
}

export interface ModelLoads {
  readonly model: number;
  readonly priority: number;
  readonly replicas: number;
  /** Ways to run one replica: positions of needs, each with how many ranks have it. */
  readonly options: readonly (readonly number[])[];
  /** Position of each of them among the model's own. */
  readonly positions: readonly number[];
}

/** One model with the sequences that each of its replicas is to hold. */
export interface Asked {
  readonly model: number;
  readonly level: number;
}

export function loadsOf(fleet: FleetIndex, asked: readonly Asked[]): Loads {
  const needs = new Needs(fleet);
  const models = asked.flatMap(({ model, level }) => {
    const demand = fleet.problem.demands[model];
    return demand === undefined ? [] : [modelLoads(needs, { demand, model, level })];
  });
  return { count: fleet.pools.length * ROUNDINGS.length, needs: needs.all, models };
}

function modelLoads(needs: Needs, at: Asked & { readonly demand: Demand }): ModelLoads {
  const { demand, model, level } = at;
  const ways = demand.options
    .flatMap((option, position) =>
      level <= option.mostSequences ? [{ runs: runsOf(needs.fleet, option, level), position }] : [],
    )
    .filter(({ runs }) => runs.every((run) => needs.isPossible(run)))
    .map((way) => ({ ...way, preference: 0, hosts: NO_HOSTS, bytes: bytesOf(way.runs) }))
    .sort((a, b) => a.bytes - b.bytes);
  const kept = withoutBeaten(ways, Number.POSITIVE_INFINITY);
  const options = kept.map(({ runs }) =>
    runs.flatMap((run) => [needs.position(run, demand.isExclusive), run.count]),
  );
  const positions = kept.map(({ position }) => position);
  return { model, priority: demand.priority, replicas: demand.replicas, options, positions };
}

/** Hosts are no matter here: a bound may put ranks on any. */
const NO_HOSTS: readonly number[] = [];

/** Each need on each class once. */
class Needs {
  readonly all: Need[] = [];
  readonly fleet: FleetIndex;
  private readonly known = new Map<string, number>();

  constructor(fleet: FleetIndex) {
    this.fleet = fleet;
  }

  isPossible({ cardClass, need }: Run): boolean {
    return need <= (this.fleet.pools[cardClass]?.mostCapacity ?? -1);
  }

  /** An exclusive model takes its cards whole. */
  position({ cardClass, need }: Run, isExclusive: boolean): number {
    const whole = this.fleet.pools[cardClass]?.leastCapacity ?? 0;
    const taken = isExclusive ? Math.max(need, whole) : need;
    const key = `${cardClass} ${taken}`;
    const known = this.known.get(key) ?? this.all.length;
    if (known === this.all.length) {
      this.known.set(key, known);
      this.all.push(needIn(this.fleet, cardClass, taken));
    }
    return known;
  }
}

function needIn(fleet: FleetIndex, p: number, need: number): Need {
  const pool = fleet.pools[p];
  const cards = pool?.cards.length ?? 1;
  const parts = ROUNDINGS.map((rounding) => rounding(need, pool?.mostCapacity ?? 1) / cards);
  const first = p * ROUNDINGS.length;
  return { cardClass: p, need, first, parts: Float64Array.from(parts) };
}
