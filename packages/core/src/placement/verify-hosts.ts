import type { Assignment, Demand, HostLimit, Option, PlacementProblem } from "./problem.ts";

/** What is wrong with a host as a whole, with the numbers. */
export type HostViolation =
  | { readonly code: "host-shared"; readonly model: string; readonly hosts: readonly string[] }
  | {
      readonly code: "lost-at-once";
      readonly model: string;
      readonly lost: string;
      readonly has: number;
      readonly needs: number;
    }
  | {
      readonly code: "over-power" | "over-disk";
      readonly host: string;
      readonly needs: number;
      readonly has: number;
    };

/** A replica with what it is one of. */
export interface Known {
  readonly assignment: Assignment;
  readonly demand: Demand;
  readonly option: Option;
}

/** Spread replicas that share a host, and hosts with more in use than they have. */
export function hostViolations(
  problem: PlacementProblem,
  parts: readonly Known[],
): readonly HostViolation[] {
  return [
    ...problem.demands.flatMap((demand) => spreadOf(problem, demand, parts)),
    ...problem.demands.flatMap((demand) => lossesOf(problem, demand, parts)),
    ...(problem.hosts ?? []).flatMap((limit) => limitOf(problem, limit, parts)),
  ];
}

/** Replicas that are spread have no host in common. */
function spreadOf(
  problem: PlacementProblem,
  demand: Demand,
  parts: readonly Known[],
): HostViolation[] {
  if (demand.isSpread !== true) {
    return [];
  }
  const replicas = parts
    .filter((part) => part.demand === demand)
    .map(({ assignment }) => problem.cards.filter((card) => assignment.cards.includes(card.id)))
    .map((cards) => [...new Set(cards.map((card) => card.host))]);
  const all = replicas.flat();
  const hosts = [...new Set(all.filter((host, i) => all.indexOf(host) !== i))];
  return hosts.length > 0 ? [{ code: "host-shared", model: demand.model, hosts }] : [];
}

/** Each card, or each host, is lost in turn: what the other replicas hold is enough. */
function lossesOf(
  { cards }: PlacementProblem,
  demand: Demand,
  parts: readonly Known[],
): HostViolation[] {
  const { survives, model } = demand;
  const own = parts.filter((part) => part.demand === demand).map(({ assignment }) => assignment);
  if (survives === undefined || own.length === 0) {
    return [];
  }
  const placeOf = (card: (typeof cards)[number]): string =>
    survives.loss === "host" ? card.host : card.id;
  return [...new Set(cards.map(placeOf))].flatMap((lost): HostViolation[] => {
    const gone = cards.filter((card) => placeOf(card) === lost).map(({ id }) => id);
    const left = own.filter((assignment) => !assignment.cards.some((id) => gone.includes(id)));
    const has = left.reduce((sum, { sequences }) => sum + sequences, 0);
    const needs = Math.max(1, survives.least);
    return has >= needs ? [] : [{ code: "lost-at-once", model, lost, has, needs }];
  });
}

/** What the cards in use draw, and what the files of what runs there take. */
function limitOf(
  { cards }: PlacementProblem,
  { host, watts, disk }: HostLimit,
  parts: readonly Known[],
): HostViolation[] {
  const own = cards.filter((card) => card.host === host);
  const isOn = ({ assignment }: Known) => own.some(({ id }) => assignment.cards.includes(id));
  const here = parts.filter(isOn);
  const used = own.filter(({ id }) => here.some(({ assignment }) => assignment.cards.includes(id)));
  const drawn = used.reduce((sum, card) => sum + (card.watts ?? 0), 0);
  const files = new Map(
    here.flatMap(({ option }) =>
      option.files === undefined ? [] : [[option.files.id, option.files.size]],
    ),
  );
  const held = [...files.values()].reduce<number>((sum, size) => sum + size, 0);
  return [
    ...(watts !== undefined && drawn > watts
      ? [{ code: "over-power" as const, host, needs: drawn, has: watts }]
      : []),
    ...(disk !== undefined && held > disk
      ? [{ code: "over-disk" as const, host, needs: held, has: disk }]
      : []),
  ];
}
