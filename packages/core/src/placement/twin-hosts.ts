import type { FleetLink } from "../hardware/fleet.ts";
import type { CardClass } from "./card-classes.ts";

/**
 * For each class, the id of the class that stands for it: the same one on the first host that is equal.
 * Two hosts are equal when they have the same classes in the same order and join their cards alike, so
 * that what is known of one host is known of all.
 */
export function twinsOf(
  classes: readonly CardClass[],
  links: readonly FleetLink[],
): ReadonlyMap<string, string> {
  const joined = linksByHost(classes, links);
  const firsts = new Map<string, readonly CardClass[]>();
  const twins = new Map<string, string>();
  for (const [host, own] of byHost(classes)) {
    const key = JSON.stringify([own.map(classText), joined.get(host) ?? []]);
    const first = firsts.get(key) ?? own;
    firsts.set(key, first);
    own.forEach(({ id }, i) => {
      twins.set(id, first[i]?.id ?? id);
    });
  }
  return twins;
}

function byHost(classes: readonly CardClass[]): ReadonlyMap<string, CardClass[]> {
  const hosts = new Map<string, CardClass[]>();
  for (const cardClass of classes) {
    const own = hosts.get(cardClass.host) ?? [];
    own.push(cardClass);
    hosts.set(cardClass.host, own);
  }
  return hosts;
}

/** All that enumeration and prices look at. */
function classText(own: CardClass): string {
  const { gpus, computeCapability, capacity, limits, openTo, isSpanned, host } = own;
  const kinds = gpus.map(({ catalogId, peerToPeer }) => [catalogId, peerToPeer]);
  const apart = isSpanned === true ? host : "";
  return JSON.stringify([kinds, computeCapability, capacity, limits, [...openTo], apart]);
}

/** Each host's links between its cards by their positions, in a fixed order. */
function linksByHost(
  classes: readonly CardClass[],
  links: readonly FleetLink[],
): ReadonlyMap<string, string[]> {
  const places = new Map<string, { readonly host: string; readonly position: number }>();
  for (const [host, own] of byHost(classes)) {
    own
      .flatMap(({ gpus }) => gpus)
      .forEach(({ id }, position) => {
        places.set(id, { host, position });
      });
  }
  const joined = new Map<string, string[]>();
  for (const { a, b, kind, nvlinks, peerToPeer } of links) {
    const [from, to] = [places.get(a), places.get(b)];
    if (from !== undefined && to?.host === from.host) {
      const ends = [from.position, to.position].sort((x, y) => x - y);
      const texts = joined.get(from.host) ?? [];
      texts.push([...ends, kind, nvlinks, peerToPeer].join());
      joined.set(from.host, texts.sort());
    }
  }
  return joined;
}
