import type { Loss } from "../../../placement/survive.ts";
import type { ReplicaWay } from "../replica-ways.ts";

/** A model that is sized together with others. */
export interface SharingModel {
  readonly name: string;
  /** Requests a second that are to be carried, and more. */
  readonly rate: number;
  /** One list for each precision and layout; the lists in their canonical order. */
  readonly groups: readonly (readonly ReplicaWay[])[];
  readonly leastReplicas: number;
  readonly mostReplicas: number;
  /** What is to be outlived. */
  readonly loss: Loss | undefined;
  /** No other model on its cards. */
  readonly isExclusive: boolean;
  readonly avoids: readonly string[];
  /** No two replicas on one host. */
  readonly isSpread: boolean;
}

/** A card, and what is on it. */
export interface SharedCard {
  readonly id: string;
  readonly host: string;
  readonly cardClass: string;
  /** What it costs in use. */
  readonly price: number;
  /** Bytes that are left. */
  readonly free: number;
  readonly tenants: readonly Tenant[];
}

/** One replica of a model, as it is on each of its cards. */
export interface Tenant {
  readonly model: SharingModel;
  readonly way: ReplicaWay;
  /** Sequences that it holds. */
  readonly each: number;
  readonly cards: readonly string[];
}

/** All replicas of all models on these cards, each once. */
export function tenantsOn(cards: readonly SharedCard[]): readonly Tenant[] {
  return [...new Set(cards.flatMap(({ tenants }) => tenants))];
}

/** What the cards in use cost. */
export function priceOf(cards: readonly SharedCard[]): number {
  return cards.reduce((sum, { tenants, price }) => sum + (tenants.length > 0 ? price : 0), 0);
}
