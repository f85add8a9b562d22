import type { FleetHost } from "../../hardware/fleet.ts";
import type { PlacedFleet } from "../../placement/place-fleet.ts";
import { formatCount, formatGib } from "../../units/format.ts";
import { bytes, GIB } from "../../units/units.ts";
import { assemblePlan } from "../assemble-plan.ts";
import type { PlanHost } from "../plan-host.ts";
import { chanceOf } from "./changed.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";

/** Something that a host has only so much of. */
interface Limit {
  readonly key: "powerBudgetW" | "memory" | "disk";
  /** The kind of requirement that asks for no more. */
  readonly wish: string;
  /** What it is given in. */
  readonly step: number;
  readonly unit: string;
  readonly planned: (host: PlanHost) => number | undefined;
  /** What it is, in a sentence. */
  readonly what: string;
}

export const LIMITS: readonly Limit[] = [
  {
    key: "powerBudgetW",
    wish: "powerBudgetW",
    step: 1,
    unit: "W",
    planned: ({ power }) => power?.plannedW,
    what: "power for its cards",
  },
  {
    key: "memory",
    wish: "hostMemory",
    step: GIB,
    unit: "GiB",
    planned: ({ memory }) => memory?.plannedBytes,
    what: "host memory to load through",
  },
  {
    key: "disk",
    wish: "disk",
    step: GIB,
    unit: "GiB",
    planned: ({ disk }) => disk?.plannedBytes,
    what: "disk",
  },
];

/** More of one thing for the hosts that have too little of it, then of all: as much as the plan takes that has no such limit. */
export const higherLimits: Family = {
  *attempts(refused) {
    const { fleet } = refused;
    const limits = LIMITS.filter(({ key }) => fleet.hosts?.some((host) => host[key] !== undefined));
    if (limits.length > 0) {
      const all = attemptWith(limits, refused);
      const single = limits.length > 1 ? limits : [];
      yield* single.map((limit) => ({ ...attemptWith([limit], refused), looser: all }));
      yield all;
    }
  },
};

/** More of all of these. */
export function withMore(set: readonly Limit[]): Family {
  return {
    *attempts(refused) {
      yield attemptWith(set, refused);
    },
  };
}

function attemptWith(set: readonly Limit[], refused: Refused): Attempt {
  return {
    change: {},
    hosts: (host) => unlimited(host, set),
    say: () => "",
    settle: (placed) => settled(set, refused, placed),
  };
}

function unlimited(host: FleetHost, set: readonly Limit[]): FleetHost {
  return set.reduce((one, { key }) => withLimit(one, key, Number.MAX_SAFE_INTEGER), host);
}

/** A host without such a limit stays without it. */
function withLimit(host: FleetHost, key: Limit["key"], value: number): FleetHost {
  return host[key] === undefined ? host : { ...host, [key]: bytes(value) };
}

/** The limits as high as this plan needs them, where they are not; undefined where they are. */
function settled(
  set: readonly Limit[],
  { fleet, models }: Refused,
  placed: PlacedFleet,
): Attempt | undefined {
  const open = fleet.hosts?.map((host) => unlimited(host, set));
  const { hosts } = assemblePlan(
    { ...fleet, ...(open === undefined ? {} : { hosts: open }) },
    placed,
    chanceOf(models),
  );
  const lacking = (fleet.hosts ?? []).flatMap((host) =>
    set.flatMap((limit): readonly Lack[] => {
      const planned = hosts.find(({ name }) => name === host.name);
      const needed = (planned && limit.planned(planned)) ?? 0;
      const to = Math.ceil(needed / limit.step) * limit.step;
      const from = host[limit.key] ?? to;
      return from < needed ? [{ host: host.name, limit, from, to }] : [];
    }),
  );
  const raised = (host: FleetHost): FleetHost =>
    lacking
      .filter((lack) => lack.host === host.name)
      .reduce((one, { limit, to }) => withLimit(one, limit.key, to), host);
  const changes = new Map<string, Record<string, unknown>>();
  for (const { host, limit, to } of lacking) {
    changes.set(host, { ...changes.get(host), [limit.key]: written(limit, to) });
  }
  return lacking.length === 0
    ? undefined
    : {
        change: { hosts: Object.fromEntries(changes) },
        hosts: raised,
        say: () => `${lacking.map(said).join(", and ")}.`,
      };
}

interface Lack {
  readonly host: string;
  readonly limit: Limit;
  readonly from: number;
  readonly to: number;
}

/** "Give box 8 GiB more host memory to load through: 16 GiB instead of 8.00 GiB" */
function said({ host, limit, from, to }: Lack, i: number): string {
  const { step, unit, what } = limit;
  const more = formatCount(Math.ceil((to - from) / step));
  const now = step === 1 ? `${formatCount(from)} W` : formatGib(from);
  return `${i === 0 ? "Give" : "give"} ${host} ${more} ${unit} more ${what}: ${formatCount(to / step)} ${unit} instead of ${now}`;
}

/** As the fleet file takes it. */
function written({ step, unit }: Limit, value: number): number | string {
  return step === 1 ? value : `${value / step} ${unit}`;
}
