import type { FleetFile } from "@berth/core";
import { changeHost, changeModel } from "./fleet-edits.ts";
import { parseFleet } from "./parse-fleet.ts";

/** The new number of a host's card; undefined for one that is gone. */
export type Renumbering = (index: number) => number | undefined;

/** The fleet with the pins and settings of a host's cards under their new numbers; those of cards that are gone go too. */
export function renumberCards(fleet: string, host: string, renumber: Renumbering): string {
  const { models, hosts = [] } = parseFleet(fleet).fleet;
  const pinned = models.reduce((text, { name, gpus }) => {
    const pins = [gpus ?? []].flat();
    const next = pins.flatMap((pin) => renamed(pin, host, renumber));
    return next.join() === pins.join()
      ? text
      : changeModel(text, name, { gpus: next.length === 0 ? undefined : next });
  }, fleet);
  const settings = hosts.find(({ name }) => name === host)?.cards;
  return settings === undefined
    ? pinned
    : changeHost(pinned, host, { cards: renumbered(settings, renumber) });
}

function renamed(pin: string, host: string, renumber: Renumbering): readonly string[] {
  const number = pin.slice(host.length + 1);
  if (!pin.startsWith(`${host}:`) || !/^\d+$/.test(number)) {
    return [pin];
  }
  const next = renumber(Number(number));
  return next === undefined ? [] : [`${host}:${next}`];
}

type Settings = NonNullable<NonNullable<FleetFile["hosts"]>[number]["cards"]>;

function renumbered(settings: Settings, renumber: Renumbering): Settings | undefined {
  const next = settings.flatMap((setting) => {
    const indices = [setting.index].flat().flatMap((index) => renumber(index) ?? []);
    const [only] = indices;
    return only === undefined ? [] : [{ ...setting, index: indices.length === 1 ? only : indices }];
  });
  return next.length === 0 ? undefined : next;
}
