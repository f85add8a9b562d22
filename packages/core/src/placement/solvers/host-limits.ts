import type { PlacementProblem } from "../problem.ts";

/** What hosts have in all, with names turned into positions. */
export interface HostLimits {
  /** Whether any host has a limit of the kind. */
  readonly hasPower: boolean;
  readonly hasDisk: boolean;
  /** Position of the host that a card is on. */
  readonly hostOf: Int32Array;
  readonly positions: ReadonlyMap<string, number>;
  /** Watts of each card in use. */
  readonly watts: Float64Array;
  /** Watts and bytes of each host; infinite where nothing is stated. */
  readonly power: Float64Array;
  readonly disk: Float64Array;
}

/** Files that a host must hold. */
export interface HeldFiles {
  readonly host: number;
  readonly id: string;
  readonly size: number;
}

export function hostLimitsOf({ cards, hosts = [] }: PlacementProblem): HostLimits {
  const names = [...new Set(cards.map(({ host }) => host))];
  const positions = new Map(names.map((name, i) => [name, i]));
  const limits = names.map((name) => hosts.find(({ host }) => host === name));
  const power = Float64Array.from(limits, (limit) => limit?.watts ?? Number.POSITIVE_INFINITY);
  const disk = Float64Array.from(limits, (limit) => limit?.disk ?? Number.POSITIVE_INFINITY);
  return {
    hasPower: power.some(Number.isFinite),
    hasDisk: disk.some(Number.isFinite),
    hostOf: Int32Array.from(cards, ({ host }) => positions.get(host) ?? -1),
    positions,
    watts: Float64Array.from(cards, ({ watts }) => watts ?? 0),
    power,
    disk,
  };
}

/** One entry for each of these hosts with a limit to its disk. */
export function heldFiles(
  { disk, hasDisk }: HostLimits,
  files: { readonly id: string; readonly size: number } | undefined,
  hosts: Iterable<number>,
): readonly HeldFiles[] {
  return files === undefined || !hasDisk
    ? NO_FILES
    : [...new Set(hosts)]
        .filter((host) => Number.isFinite(disk[host]))
        .map((host) => ({ host, ...files }));
}

export const NO_FILES: readonly HeldFiles[] = [];

/** All of both, each once. */
export function joinedFiles(
  a: readonly HeldFiles[],
  b: readonly HeldFiles[],
): readonly HeldFiles[] {
  const more = b.filter((files) => !holds(a, files));
  return more.length === 0 ? a : [...a, ...more];
}

export function holds(all: readonly HeldFiles[], { host, id }: HeldFiles): boolean {
  return all.some((files) => files.host === host && files.id === id);
}
