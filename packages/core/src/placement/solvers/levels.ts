import type { Demand } from "../problem.ts";

/** A share served/wanted, kept as two integers so that comparing shares is exact. */
export interface Ratio {
  readonly served: number;
  readonly wanted: number;
}

export const NOTHING: Ratio = { served: 0, wanted: 1 };
export const EVERYTHING: Ratio = { served: 1, wanted: 1 };

/** Negative where `a` is the smaller share. */
export function compareRatios(a: Ratio, b: Ratio): number {
  return a.served * b.wanted - b.served * a.wanted;
}

/** Fewest sequences that a replica may hold: a placed model serves its least, and one in any case. */
export function lowestLevel(demand: Demand): number {
  return Math.max(1, Math.ceil(demand.least / demand.replicas));
}

/** Sequences of one replica at which all together serve what is wanted. */
export function highestLevel(demand: Demand): number {
  return Math.max(lowestLevel(demand), Math.ceil(demand.wanted / demand.replicas));
}

/** What the model serves when each replica holds `level` sequences; never counted above what is wanted. */
export function servedAt(demand: Demand, level: number): number {
  return Math.min(wantedOf(demand), level * demand.replicas);
}

export function ratioAt(demand: Demand, level: number): Ratio {
  return { served: servedAt(demand, level), wanted: wantedOf(demand) };
}

/** Least level, within what the demand allows, at which its share is at least `share`. */
export function levelAtShare(demand: Demand, share: Ratio): number {
  const served = ceilDivide(share.served * wantedOf(demand), share.wanted);
  const level = ceilDivide(served, demand.replicas);
  return Math.min(highestLevel(demand), Math.max(lowestLevel(demand), level));
}

/** Every share above `floor` that one of these demands can have, ascending, without repeats. */
export function sharesAbove(demands: readonly Demand[], floor: Ratio): Ratio[] {
  const all: Ratio[] = [];
  for (const demand of demands) {
    for (let level = lowestLevel(demand); level <= highestLevel(demand); level += 1) {
      all.push(ratioAt(demand, level));
    }
  }
  const above = all.filter((ratio) => compareRatios(ratio, floor) > 0).sort(compareRatios);
  return above.filter((ratio, i) => {
    const before = above[i - 1];
    return before === undefined || compareRatios(before, ratio) < 0;
  });
}

function wantedOf(demand: Demand): number {
  return Math.max(1, demand.least, demand.wanted);
}

/** Exact for whole numbers whose product stays below 2^53. */
function ceilDivide(a: number, b: number): number {
  return Math.floor((a + b - 1) / b);
}
