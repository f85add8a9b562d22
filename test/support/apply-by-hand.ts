import type { FleetFile } from "@berth/core";

export type Change = Readonly<Record<string, unknown>>;

interface Added {
  readonly host: string;
  readonly gpu: string;
  readonly count: number;
}

/** Does by hand what a remedy says: keys of the model, of others and of hosts, cards to add, models to leave out. */
export function applied(fleet: FleetFile, model: string, change: Change): FleetFile {
  const { others = {}, hosts: limits = {}, addGpus = [], dropModels = [], ...own } = change;
  const isDropped = (name: string): boolean => (dropModels as readonly string[]).includes(name);
  const changes: Readonly<Record<string, Change>> = {
    ...(others as Readonly<Record<string, Change>>),
    [model]: own,
  };
  const kept = fleet.models.filter(({ name }) => !isDropped(name));
  const models = kept.map((each) => {
    const entries = Object.entries({ ...each, ...changes[each.name] }).filter(
      ([, value]) => value !== null,
    );
    return Object.fromEntries(entries) as unknown as FleetFile["models"][number];
  });
  const hosts = new Map((fleet.hosts ?? []).map((host) => [host.name, host]));
  for (const { host, gpu, count } of addGpus as readonly Added[]) {
    const { gpus = [], ...settings } = hosts.get(host) ?? { name: host };
    hosts.set(host, { ...settings, gpus: [...gpus, { gpu, count }] });
  }
  for (const [name, keys] of Object.entries(limits as Readonly<Record<string, Change>>)) {
    hosts.set(name, { name, ...hosts.get(name), ...keys });
  }
  return { ...fleet, hosts: [...hosts.values()], models };
}
