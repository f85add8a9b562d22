import type { Demand, Option } from "../../problem.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Sites } from "./sites.ts";

/** So many cards of one class, each giving `need` bytes. */
export interface Run {
  readonly cardClass: number;
  readonly need: number;
  readonly count: number;
}

/** One option of a model at a level, on one host. */
export interface Way {
  readonly option: number;
  readonly preference: number;
  readonly runs: readonly Run[];
  /** Hosts that have its classes. */
  readonly hosts: readonly number[];
  /** What it takes of the fleet, at the prices that it was sorted by. */
  readonly price: number;
  /** Which files it needs, where a host has a limit to its disk. */
  readonly files?: string | undefined;
}

/** What `need` bytes on a card of a class are worth, as a part of the fleet. */
export type PriceOf = (cardClass: number, need: number) => number;

/** Ways that are kept; dearer ones are a waste where the fleet is tight. */
const MOST_WAYS = 24;

/** A way before it has a price. */
type Unpriced = Omit<Way, "price">;

/** The ways to run one replica with `level` sequences that no other beats on its hosts. */
export function possibleWays(
  sites: Sites,
  at: { readonly demand: Demand; readonly level: number },
): readonly Unpriced[] {
  const ways = at.demand.options
    .flatMap((option, i) => wayOf(sites, { ...at, option, i }))
    .map((way) => ({ way, bytes: bytesOf(way.runs) }))
    .sort(
      (a, b) =>
        a.bytes - b.bytes || a.way.preference - b.way.preference || a.way.option - b.way.option,
    );
  return withoutBeaten(
    ways.map(({ way }) => way),
    Number.POSITIVE_INFINITY,
  );
}

export function bytesOf(runs: readonly Run[]): number {
  let bytes = 0;
  for (const { need, count } of runs) {
    bytes += need * count;
  }
  return bytes;
}

/** The way by this one option, at these prices; undefined where no host could ever have it. */
export function wayBy(
  sites: Sites,
  at: Parameters<typeof wayOf>[1] & { readonly priceOf: PriceOf },
): Way | undefined {
  const [way] = wayOf(sites, at);
  return way && { ...way, price: priceOfRuns(way.runs, at.priceOf) };
}

/** The cheapest of these ways at these prices, in order. */
export function cheapestWays(ways: readonly Unpriced[], priceOf: PriceOf): Way[] {
  return ways
    .map((way) => ({ ...way, price: priceOfRuns(way.runs, priceOf) }))
    .sort((a, b) => a.price - b.price || a.preference - b.preference || a.option - b.option)
    .slice(0, MOST_WAYS);
}

function priceOfRuns(runs: readonly Run[], priceOf: PriceOf): number {
  let price = 0;
  for (const { cardClass, need, count } of runs) {
    price += count * priceOf(cardClass, need);
  }
  return price;
}

/** Those that no earlier one beats, the first `most` of them. */
export function withoutBeaten<T extends Beatable>(ways: readonly T[], most: number): T[] {
  const kept: T[] = [];
  for (const way of ways) {
    if (kept.length < most && !kept.some((other) => beats(other, way))) {
      kept.push(way);
    }
  }
  return kept;
}

type Beatable = Pick<Way, "preference" | "hosts" | "runs" | "files">;

function wayOf(
  sites: Sites,
  at: Parameters<typeof possibleWays>[1] & { readonly option: Option; readonly i: number },
): Unpriced[] {
  const { option, level, i } = at;
  const hosts = sites.hostsFor(option);
  if (level > option.mostSequences || hosts.length === 0) {
    return [];
  }
  const runs = runsOf(sites.fleet, option, level);
  const first = hosts[0] ?? 0;
  const canHold = runs.every(({ cardClass, need, count }) => {
    const cards = sites.cardsAt[first * sites.classes + cardClass] ?? [];
    const most = sites.fleet.pools[cardClass]?.mostCapacity ?? 0;
    return need <= most && count <= cards.length;
  });
  const files = sites.fleet.hosts.hasDisk ? option.files?.id : undefined;
  return canHold ? [{ option: i, preference: option.preference, runs, hosts, files }] : [];
}

/** Runs by class, largest need first, equal needs added up. */
export function runsOf(fleet: FleetIndex, option: Option, level: number): Run[] {
  const runs: { cardClass: number; need: number; count: number }[] = [];
  for (const stage of option.stages) {
    const cardClass = fleet.poolOf.get(stage.cardClass) ?? -1;
    const need = stage.fixed + stage.perSequence * level;
    const last = runs.at(-1);
    const twin =
      last?.cardClass === cardClass && last.need === need
        ? last
        : runs.find((run) => run.cardClass === cardClass && run.need === need);
    if (twin === undefined) {
      runs.push({ cardClass, need, count: stage.ranks });
    } else {
      twin.count += stage.ranks;
    }
  }
  return runs.length === 1
    ? runs
    : runs.sort((a, b) => a.cardClass - b.cardClass || b.need - a.need);
}

/** Whether `a` fits wherever `b` fits, on some of the same cards, and is liked no less. */
function beats(a: Beatable, b: Beatable): boolean {
  return (
    a.preference <= b.preference &&
    a.hosts === b.hosts &&
    a.files === b.files &&
    a.runs.every((run) => atLeast(a, run) <= atLeast(b, run))
  );
}

function atLeast({ runs }: Beatable, { cardClass, need }: Run): number {
  let count = 0;
  for (const run of runs) {
    count += run.cardClass === cardClass && run.need >= need ? run.count : 0;
  }
  return count;
}
