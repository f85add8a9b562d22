import type { Card } from "../../placement/problem.ts";

/** Cards that are left of each class, host by host. */
export class CardStock {
  private readonly left = new Map<string, Map<string, number>>();

  constructor(cards: readonly Pick<Card, "cardClass" | "host">[]) {
    for (const { cardClass, host } of cards) {
      const hosts = this.left.get(cardClass) ?? new Map<string, number>();
      hosts.set(host, (hosts.get(host) ?? 0) + 1);
      this.left.set(cardClass, hosts);
    }
  }

  /** Whether the cards were there; those of one class are taken from the host that has most of them. */
  take(cards: ReadonlyMap<string, number>): boolean {
    const taken = [...cards].map(([cardClass, count]) => {
      const hosts = this.left.get(cardClass) ?? new Map<string, number>();
      const [host] = [...hosts].reduce((most, one) => (one[1] > most[1] ? one : most), ["", 0]);
      return { hosts, host, count };
    });
    if (taken.some(({ hosts, host, count }) => (hosts.get(host) ?? 0) < count)) {
      return false;
    }
    for (const { hosts, host, count } of taken) {
      hosts.set(host, (hosts.get(host) ?? 0) - count);
    }
    return true;
  }
}
