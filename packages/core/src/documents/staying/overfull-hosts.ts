import type { Fleet } from "../../hardware/fleet.ts";
import type { PlanDeployment } from "../plan-document.ts";

/** Hosts on which these engines together draw more power, or read larger files, than there is room for. */
export type OverfullHosts = (engines: readonly PlanDeployment[]) => readonly string[];

/** Looks at the hosts with limits once. What a start takes of a host's memory it gives back before the next one. */
export function overfullHostsOf({ gpus, hosts = [] }: Fleet): OverfullHosts {
  const limited = hosts
    .filter(({ powerBudgetW, disk }) => powerBudgetW !== undefined || disk !== undefined)
    .map(({ name, powerBudgetW = Number.POSITIVE_INFINITY, disk = Number.POSITIVE_INFINITY }) => {
      const own = gpus.filter(({ host }) => host === name);
      return { name, powerBudgetW, disk, watts: new Map(own.map((g) => [g.id, g.powerW ?? 0])) };
    });
  return (engines) =>
    limited
      .filter(({ powerBudgetW, disk, watts }) => {
        const here = engines.filter((engine) => engine.gpus.some((id) => watts.has(id)));
        const used = [...new Set(here.flatMap((engine) => engine.gpus))];
        const drawn = used.reduce((sum, id) => sum + (watts.get(id) ?? 0), 0);
        return drawn > powerBudgetW || fileBytes(here) > disk;
      })
      .map(({ name }) => name);
}

/** Each file counts once. */
function fileBytes(engines: readonly PlanDeployment[]): number {
  const files = new Map(engines.map((engine) => filesOf(engine)));
  return [...files.values()].reduce((sum, size) => sum + size, 0);
}

/** A plan that was made without a limit to the disk does not say; then what its ranks hold of it is as much or more. */
function filesOf({
  files,
  source,
  quantization,
  ranks,
}: PlanDeployment): readonly [string, number] {
  const held = ranks.flatMap(({ terms }) => terms.filter(({ id }) => id === "weights"));
  return files === undefined
    ? [`${source} ${quantization}`, held.reduce((sum, { bytes }) => sum + bytes, 0)]
    : [files.id, files.bytes];
}
