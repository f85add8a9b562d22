import type { Card, HostLimit, Option } from "./problem.ts";

/** What a plan leaves of the power and the disk of hosts that have limits to them. */
export class FreeLimits {
  private readonly hosts = new Map<string, HostLeft>();
  private readonly cards: ReadonlyMap<string, Card>;

  constructor(cards: readonly Card[], limits: readonly HostLimit[]) {
    this.cards = new Map(cards.map((card) => [card.id, card]));
    for (const { host, watts, disk } of limits) {
      const left = {
        watts: watts ?? Number.POSITIVE_INFINITY,
        disk: disk ?? Number.POSITIVE_INFINITY,
      };
      this.hosts.set(host, { ...left, used: new Set(), files: new Set() });
    }
  }

  /** Whether the hosts of these cards have power for those that nothing used yet, and disk for files not yet there. */
  bear(cards: readonly string[], files: Option["files"]): boolean {
    return [...this.sorted(cards)].every(([left, own]) => {
      const size = files === undefined || left.files.has(files.id) ? 0 : files.size;
      return this.wattsOf(own, left) <= left.watts && size <= left.disk;
    });
  }

  take(cards: readonly string[], files: Option["files"]): void {
    for (const [left, own] of this.sorted(cards)) {
      left.watts -= this.wattsOf(own, left);
      for (const id of own) {
        left.used.add(id);
      }
      if (files !== undefined && !left.files.has(files.id)) {
        left.files.add(files.id);
        left.disk -= files.size;
      }
    }
  }

  /** The cards by their hosts, those with limits only. */
  private sorted(cards: readonly string[]): ReadonlyMap<HostLeft, readonly string[]> {
    const found = new Map<HostLeft, string[]>();
    for (const id of cards) {
      const left = this.hosts.get(this.cards.get(id)?.host ?? "");
      if (left !== undefined) {
        found.set(left, [...(found.get(left) ?? []), id]);
      }
    }
    return found;
  }

  private wattsOf(cards: readonly string[], { used }: HostLeft): number {
    return cards.reduce(
      (sum, id) => sum + (used.has(id) ? 0 : (this.cards.get(id)?.watts ?? 0)),
      0,
    );
  }
}

interface HostLeft {
  watts: number;
  disk: number;
  readonly used: Set<string>;
  /** By the ids of options' files. */
  readonly files: Set<string>;
}
