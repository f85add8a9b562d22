import { hostsOfClasses } from "../../each-host.ts";
import type { Option } from "../../problem.ts";
import type { FleetIndex } from "../fleet-index.ts";

/** The cards of a fleet by host and class, all by position. */
export interface Sites {
  readonly fleet: FleetIndex;
  readonly hosts: number;
  readonly classes: number;
  readonly hostOf: Int32Array;
  readonly classOf: Int32Array;
  /** Cards of class c on host h at h * classes + c. */
  readonly cardsAt: readonly (readonly number[])[];
  /** Hosts with all classes of an option; none where it would need several hosts. */
  readonly hostsFor: (option: Option) => readonly number[];
}

export function sitesOf(fleet: FleetIndex): Sites {
  const { cards } = fleet.problem;
  const names = new Map([...new Set(cards.map((card) => card.host))].map((name, i) => [name, i]));
  const classes = fleet.pools.length;
  const hostOf = Int32Array.from(cards, (card) => names.get(card.host) ?? 0);
  const classOf = Int32Array.from(cards, (card) => fleet.poolOf.get(card.cardClass) ?? 0);
  const cardsAt = Array.from({ length: names.size * classes }, (): number[] => []);
  cards.forEach((_, card) => {
    cardsAt[(hostOf[card] ?? 0) * classes + (classOf[card] ?? 0)]?.push(card);
  });
  return {
    fleet,
    hosts: names.size,
    classes,
    hostOf,
    classOf,
    cardsAt,
    hostsFor: hostFinder(fleet, names),
  };
}

/** Looks at each option once, and at each set of classes. */
function hostFinder(
  { problem }: FleetIndex,
  names: ReadonlyMap<string, number>,
): Sites["hostsFor"] {
  const hosts = hostsOfClasses(problem);
  const known = new Map<string, readonly number[]>();
  const ofOption = new Map<Option, readonly number[]>();
  return (option) => {
    const before = ofOption.get(option);
    if (before !== undefined) {
      return before;
    }
    const classes = [...new Set(option.stages.map(({ cardClass }) => cardClass))];
    const key = JSON.stringify(classes);
    const found = known.get(key) ?? commonHosts(classes, hosts, names);
    known.set(key, found);
    ofOption.set(option, found);
    return found;
  };
}

function commonHosts(
  classes: readonly string[],
  hosts: ReadonlyMap<string, readonly string[]>,
  names: ReadonlyMap<string, number>,
): readonly number[] {
  const [first = [], ...others] = classes.map((cardClass) => hosts.get(cardClass) ?? []);
  const sets = others.map((own) => new Set(own));
  return first
    .filter((host) => sets.every((own) => own.has(host)))
    .flatMap((host) => names.get(host) ?? []);
}
