import type { CardClass } from "./card-classes.ts";
import { cardsOf } from "./card-classes.ts";
import { FreeLimits } from "./free-limits.ts";
import type { PlacedReplica } from "./place-fleet.ts";
import type { PlannedModel } from "./planned-model.ts";
import type { HostLimit, Option, Stage } from "./problem.ts";
import { hostShare, mostOnHost } from "./survive.ts";

/** A card with the bytes that are still free on it, and the models that have a rank there. */
interface Spot {
  readonly id: string;
  readonly host: string;
  room: number;
  readonly tenants: PlannedModel[];
}

interface Taken {
  readonly classes: readonly CardClass[];
  readonly twins: ReadonlyMap<string, string>;
  readonly kept: readonly PlacedReplica[];
  readonly limits?: readonly HostLimit[];
}

/** What a plan leaves free, by host and class of cards. */
export class FreeRoom {
  private readonly hosts = new Map<string, Map<string, Spot[]>>();
  private readonly spots = new Map<string, Spot>();

  private readonly limits: FreeLimits;
  /** Where each replica is; one over several hosts is on each of them. */
  private readonly homes: { readonly host: string; readonly model: string }[] = [];

  constructor({ classes, twins, kept, limits = [] }: Taken) {
    const cards = cardsOf(classes, twins);
    this.limits = new FreeLimits(cards, limits);
    for (const { id, host, cardClass, capacity } of cards) {
      const own = this.hosts.get(host) ?? new Map<string, Spot[]>();
      const spots = own.get(cardClass) ?? [];
      const spot = { id, host, room: capacity, tenants: [] };
      spots.push(spot);
      this.spots.set(id, spot);
      this.hosts.set(host, own.set(cardClass, spots));
    }
    for (const { model, candidate, assignment } of kept) {
      this.take(model, candidate.option, assignment);
    }
  }

  /** Cards for one replica by this option, one a rank, on the first host that has them; they are taken. */
  claim(model: PlannedModel, option: Option, sequences: number): readonly string[] | undefined {
    for (const [name, host] of this.hosts) {
      if (this.replicasOn(name, model) >= mostHere(model)) {
        continue;
      }
      const cards = cardsOn(host, { model, option, sequences });
      if (cards !== undefined && this.limits.bear(cards, option.files)) {
        this.take(model, option, { cards, sequences });
        return cards;
      }
    }
    return undefined;
  }

  private replicasOn(host: string, { name }: PlannedModel): number {
    return this.homes.filter((home) => home.host === host && home.model === name).length;
  }

  private take(
    model: PlannedModel,
    option: Option,
    { cards, sequences }: { readonly cards: readonly string[]; readonly sequences: number },
  ): void {
    const needs = option.stages.flatMap((stage) =>
      Array.from({ length: stage.ranks }, () => needOf(stage, sequences)),
    );
    this.limits.take(cards, option.files);
    const hosts = new Set(cards.flatMap((card) => this.spots.get(card)?.host ?? []));
    this.homes.push(...[...hosts].map((host) => ({ host, model: model.name })));
    for (const [rank, card] of cards.entries()) {
      const spot = this.spots.get(card);
      if (spot !== undefined) {
        spot.room -= needs[rank] ?? 0;
        spot.tenants.push(model);
      }
    }
  }
}

/** Most replicas of the model that one host may have. */
function mostHere(model: PlannedModel): number {
  return mostOnHost({ ...model, ...hostShare(model) }) ?? Number.POSITIVE_INFINITY;
}

interface Newcomer {
  readonly model: PlannedModel;
  readonly option: Option;
  readonly sequences: number;
}

/** The fullest cards that have room, stage by stage. */
function cardsOn(
  host: ReadonlyMap<string, readonly Spot[]>,
  { model, option, sequences }: Newcomer,
): readonly string[] | undefined {
  const cards: string[] = [];
  for (const stage of option.stages) {
    const need = needOf(stage, sequences);
    const open = (host.get(stage.cardClass) ?? [])
      .filter(
        ({ id, room, tenants }) => room >= need && !cards.includes(id) && mayJoin(model, tenants),
      )
      .sort((a, b) => a.room - b.room)
      .slice(0, stage.ranks);
    if (open.length < stage.ranks) {
      return undefined;
    }
    cards.push(...open.map(({ id }) => id));
  }
  return cards;
}

function needOf({ fixed, perSequence }: Stage, sequences: number): number {
  return fixed + sequences * perSequence;
}

function mayJoin(model: PlannedModel, tenants: readonly PlannedModel[]): boolean {
  return tenants.every(
    (tenant) =>
      tenant.name !== model.name &&
      !tenant.isExclusive &&
      !model.isExclusive &&
      !tenant.notWith.includes(model.name) &&
      !model.notWith.includes(tenant.name),
  );
}
