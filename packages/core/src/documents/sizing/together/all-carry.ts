import { doCarry, replicaKinds } from "../../../capacity/mixture.ts";
import type { ServingModel } from "../../../capacity/serving-model.ts";
import type { SharedCard, SharingModel, Tenant } from "./shared-cards.ts";
import { tenantsOn } from "./shared-cards.ts";

/** A rate that is carried is carried with so much to spare, or the edge of what the laws' halving finds decides. */
const MARGIN = 1.0001;

/**
 * Whether each model that has replicas on these cards carries its rate within its targets beside the others, after any loss that
 * it is to outlive too: by the laws that `berth capacity` has for cards that are shared. After a loss both hold: that the
 * engines that are left are as busy as before, and that what the lost ones served falls to those that are left.
 */
export function allCarry(cards: readonly SharedCard[]): boolean {
  const all = servingsOn(cards);
  const left = new Map<string, ReturnType<typeof servingsOn>>();
  const without = (gone: ReadonlySet<string>): ReturnType<typeof servingsOn> => {
    const key = [...gone].join();
    const found = left.get(key) ?? servingsOn(cardsWithout(cards, gone));
    left.set(key, found);
    return found;
  };
  return [...all].every(([model, serving]) =>
    lossesOf(
      model,
      serving.map(({ tenant }) => tenant),
      cards,
    ).every((gone) => {
      const own = serving.filter(({ tenant }) => !tenant.cards.some((id) => gone.has(id)));
      return carry(model, own) && (gone.size === 0 || carry(model, without(gone).get(model) ?? []));
    }),
  );
}

/** What the replicas of each model serve beside the others. */
function servingsOn(cards: readonly SharedCard[]): ReadonlyMap<SharingModel, readonly Serving[]> {
  const own = new Map<SharingModel, Tenant[]>();
  for (const tenant of tenantsOn(cards)) {
    own.set(tenant.model, [...(own.get(tenant.model) ?? []), tenant]);
  }
  const busy = new Map([...own].map(([model, replicas]) => [model, busyOf(model, replicas)]));
  const onCard = new Map(cards.map((card) => [card.id, card.tenants]));
  const timesOf = (tenant: Tenant): number =>
    1 +
    Math.max(
      ...tenant.cards.map((id) =>
        (onCard.get(id) ?? []).reduce(
          (sum, { model }) => sum + (model === tenant.model ? 0 : (busy.get(model) ?? 0)),
          0,
        ),
      ),
    );
  return new Map(
    [...own].map(([model, replicas]) => [
      model,
      replicas.map((tenant) => ({
        tenant,
        serving: tenant.way.servingBeside(tenant.each, timesOf(tenant)),
      })),
    ]),
  );
}

/** The cards without these, and without what ran on them. */
function cardsWithout(
  cards: readonly SharedCard[],
  gone: ReadonlySet<string>,
): readonly SharedCard[] {
  return cards.map((card) => ({
    ...card,
    tenants: card.tenants.filter((tenant) => !tenant.cards.some((id) => gone.has(id))),
  }));
}

/** The part of the time that a model keeps its cards busy when it has them alone. */
function busyOf({ rate }: SharingModel, replicas: readonly Tenant[]): number {
  const most = replicas.reduce(
    (sum, { way, each }) => sum + way.servingBeside(each, 1).mostRate,
    0,
  );
  return most > 0 ? Math.min(1, rate / most) : 1;
}

/** The cards that go with each loss, and with none. */
function lossesOf(
  { loss }: SharingModel,
  replicas: readonly Tenant[],
  cards: readonly SharedCard[],
): readonly ReadonlySet<string>[] {
  const none = new Set<string>();
  if (loss === undefined) {
    return [none];
  }
  const used = new Set(replicas.flatMap((replica) => replica.cards));
  const placeOf = ({ id, host }: SharedCard): string => (loss === "host" ? host : id);
  const places = new Set(cards.filter(({ id }) => used.has(id)).map(placeOf));
  const lost = [...places].map(
    (place) => new Set(cards.filter((card) => placeOf(card) === place).map(({ id }) => id)),
  );
  return [none, ...lost];
}

interface Serving {
  readonly tenant: Tenant;
  readonly serving: ServingModel;
}

/** A router sends each replica its part of what they serve at the most. */
function carry({ rate }: SharingModel, replicas: readonly Serving[]): boolean {
  const kinds = replicaKinds(replicas.map(({ serving }) => serving));
  return doCarry(kinds, rate * MARGIN, replicas[0]?.tenant.way.targets ?? []);
}
