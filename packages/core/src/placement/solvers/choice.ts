import type { FleetIndex } from "./fleet-index.ts";
import type { HeldFiles } from "./host-limits.ts";

/** So many cards of one pool, each giving `need` bytes. */
export interface Run {
  readonly pool: number;
  readonly need: number;
  readonly count: number;
}

/** One way to place all replicas of a model at a level; all its cards are distinct. */
export interface Choice {
  readonly runs: readonly Run[];
  /** Sum of the preferences of its options. */
  readonly preference: number;
  /** Sums of what its options cross and mix. */
  readonly links: number;
  readonly mixing: number;
  /** Option of each replica, by position. */
  readonly options: readonly number[];
  /** What hosts with a limit to their disk must hold. */
  readonly files: readonly HeldFiles[];
}

/** Hosts that the choice has cards on. */
export function hostsOf(fleet: FleetIndex, { runs }: Choice): readonly string[] {
  return runs.flatMap(({ pool }) => fleet.pools[pool]?.hosts ?? []);
}

export function bytesOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.need * run.count, 0);
}

export function cardsOf(choice: Choice): number {
  return choice.runs.reduce((sum, run) => sum + run.count, 0);
}
