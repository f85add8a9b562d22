import type { Fleet, FleetGpu, FleetHost } from "../hardware/fleet.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import { parseBytes } from "../units/parse.ts";
import type { Bytes } from "../units/units.ts";
import type { CardSettings, FleetFileHost } from "./fleet-file-types.ts";

/**
 * The fleet with what its file says of hosts and single cards: labels, and memory to keep free. A card has its host's
 * labels and its own; its own reserve stands for the host's, and that for the policy's. Throws an InputError for a
 * host or a card that there isn't.
 */
export function withHostSettings(
  file: string,
  hosts: readonly FleetFileHost[],
  fleet: Fleet,
): Fleet {
  const changed = new Map(
    hosts.flatMap((host, i) =>
      hostCards(file, `hosts[${i}]`, { host, fleet }).map((gpu) => [gpu.id, gpu] as const),
    ),
  );
  const limits = hosts.flatMap((host, i) => limitsOf(file, `hosts[${i}]`, host));
  return {
    ...fleet,
    gpus: fleet.gpus.map((gpu) => changed.get(gpu.id) ?? gpu),
    ...(limits.length === 0 ? {} : { hosts: limits }),
  };
}

/** What the host has in all; nothing where the file does not say. */
function limitsOf(
  file: string,
  key: string,
  { name, powerBudgetW, memory, disk }: FleetFileHost,
): readonly FleetHost[] {
  const limits = {
    ...(powerBudgetW === undefined ? {} : { powerBudgetW }),
    ...(memory === undefined ? {} : { memory: memoryIn(file, `${key}.memory`, memory) }),
    ...(disk === undefined ? {} : { disk: memoryIn(file, `${key}.disk`, disk) }),
  };
  return Object.keys(limits).length === 0 ? [] : [{ name, ...limits }];
}

function hostCards(
  file: string,
  key: string,
  { host, fleet }: { readonly host: FleetFileHost; readonly fleet: Fleet },
): readonly FleetGpu[] {
  const own = fleet.gpus.filter((gpu) => gpu.host === host.name);
  if (own.length === 0) {
    throw noHost(file, key, { host, fleet });
  }
  const whole = settled(file, key, { settings: host, gpus: own });
  return (host.cards ?? []).reduce(
    (gpus, card, j) => withCard(file, `${key}.cards[${j}]`, { card, gpus }),
    whole,
  );
}

function noHost(
  file: string,
  key: string,
  { host, fleet }: { readonly host: FleetFileHost; readonly fleet: Fleet },
): InputError {
  const names = [...new Set(fleet.gpus.map((gpu) => gpu.host))];
  const near = closest(host.name, names);
  return new InputError(
    { file, key: `${key}.name` },
    `expected a host with cards to plan for, got ${shown(host.name)}${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}

function withCard(
  file: string,
  key: string,
  { card, gpus }: { readonly card: CardSettings; readonly gpus: readonly FleetGpu[] },
): readonly FleetGpu[] {
  const indices = [card.index].flat();
  const stranger = indices.find((index) => !gpus.some((gpu) => gpu.index === index));
  if (stranger !== undefined) {
    throw new InputError(
      { file, key: `${key}.index` },
      `expected the index of a card to plan for (${gpus.map(({ index }) => index).join(", ")}), got ${stranger}`,
    );
  }
  const meant = gpus.filter(({ index }) => indices.includes(index));
  const changed = new Map(
    settled(file, key, { settings: card, gpus: meant }).map((gpu) => [gpu.id, gpu]),
  );
  return gpus.map((gpu) => changed.get(gpu.id) ?? gpu);
}

function settled(
  file: string,
  key: string,
  at: {
    readonly settings: Pick<CardSettings, "labels" | "reserve">;
    readonly gpus: readonly FleetGpu[];
  },
): readonly FleetGpu[] {
  const { labels = [], reserve: asked } = at.settings;
  const reserve = asked === undefined ? undefined : memoryIn(file, `${key}.reserve`, asked);
  return at.gpus.map((gpu) => ({
    ...gpu,
    ...(reserve === undefined ? {} : { reserve }),
    ...(labels.length === 0 ? {} : { labels: [...new Set([...(gpu.labels ?? []), ...labels])] }),
  }));
}

/** So much memory. Throws an InputError for what is no memory. */
export function memoryIn(file: string, key: string, asked: string): Bytes {
  const reserve = parseBytes(asked);
  if (reserve === undefined) {
    throw new InputError(
      { file, key },
      `expected memory with its unit such as "512 MiB", got ${shown(asked)}`,
    );
  }
  return reserve;
}
