import type { ReplicaWay } from "../replica-ways.ts";
import type { SharedCard, SharingModel } from "./shared-cards.ts";

/** What a replica is put on: how many sequences it holds, and of which model. */
export interface Seated {
  readonly model: SharingModel;
  readonly way: ReplicaWay;
  readonly each: number;
}

/**
 * The cards with one more replica on them, for each choice of cards that differs: of those that are alike (class, host, what
 * is on them) the first, and of hosts that are empty and alike the first.
 */
export function seatings(
  cards: readonly SharedCard[],
  seated: Seated,
): readonly (readonly SharedCard[])[] {
  const taken: (readonly Seat[])[] = seatsFrom(cards, seated, 0, []);
  return taken.map((seats) => {
    const ids = seats.flatMap(({ ids: own }) => own);
    const tenant = { ...seated, cards: ids };
    const needs = new Map(seats.flatMap(({ ids: own, need }) => own.map((id) => [id, need])));
    return cards.map((card) => {
      const need = needs.get(card.id);
      return need === undefined
        ? card
        : { ...card, free: card.free - need, tenants: [...card.tenants, tenant] };
    });
  });
}

/** The cards of one pipeline stage, and what each of them gives. */
interface Seat {
  readonly ids: readonly string[];
  readonly need: number;
}

function seatsFrom(
  cards: readonly SharedCard[],
  seated: Seated,
  stage: number,
  before: readonly Seat[],
): (readonly Seat[])[] {
  const asked = seated.way.stages[stage];
  if (asked === undefined) {
    return [before];
  }
  const need = asked.fixed + asked.perSequence * seated.each;
  const used = new Set(before.flatMap(({ ids }) => ids));
  const open = cards.filter(
    (card) =>
      card.cardClass === asked.cardClass && !used.has(card.id) && isOpen(card, need, seated, cards),
  );
  return alikeIn(open, cards).flatMap((group) =>
    group.length < asked.ranks
      ? []
      : seatsFrom(cards, seated, stage + 1, [
          ...before,
          { ids: group.slice(0, asked.ranks).map(({ id }) => id), need },
        ]),
  );
}

function isOpen(
  card: SharedCard,
  need: number,
  { model, way }: Seated,
  cards: readonly SharedCard[],
): boolean {
  const first = way.stages[0]?.cardClass === card.cardClass;
  const isHostOpen =
    !(model.isSpread && first) ||
    cards.every(
      ({ host, tenants }) => host !== card.host || tenants.every((one) => one.model !== model),
    );
  return (
    card.free >= need &&
    isHostOpen &&
    card.tenants.every(
      ({ model: other }) =>
        other !== model &&
        !other.isExclusive &&
        !model.isExclusive &&
        !other.avoids.includes(model.name) &&
        !model.avoids.includes(other.name),
    )
  );
}

function alikeIn(
  open: readonly SharedCard[],
  cards: readonly SharedCard[],
): readonly (readonly SharedCard[])[] {
  const hosts = hostKeys(cards);
  const groups = new Map<string, SharedCard[]>();
  const first = new Map<string, string>();
  for (const card of open) {
    const host = hosts.get(card.host) ?? "";
    const stand = first.get(host) ?? card.host;
    first.set(host, stand);
    if (stand === card.host) {
      const key = `${host} ${cardKey(card)}`;
      groups.set(key, [...(groups.get(key) ?? []), card]);
    }
  }
  return [...groups.values()];
}

/** Hosts with one key are alike: their cards, and what is on them. */
function hostKeys(cards: readonly SharedCard[]): ReadonlyMap<string, string> {
  const own = new Map<string, string[]>();
  for (const card of cards) {
    own.set(card.host, [...(own.get(card.host) ?? []), cardKey(card)]);
  }
  return new Map([...own].map(([host, keys]) => [host, keys.sort().join(";")]));
}

/** Where one replica has several cards, cards are told apart by which replica is on them. */
export function cardKey({ cardClass, price, tenants }: SharedCard): string {
  const on = tenants.map(({ model, each, cards, way }) => [
    model.name,
    way.group,
    each,
    cards.length > 1 ? cards.join() : "",
  ]);
  return `${cardClass} ${price} ${on.map((one) => one.join(" ")).join()}`;
}
