import type { HeldFiles, HostLimits } from "./host-limits.ts";

/** What is left of the hosts' power and disk while a search puts models on cards and takes them off again. */
export class HostTable {
  private readonly limits: HostLimits;
  private readonly power: Float64Array;
  private readonly disk: Float64Array;
  /** How many hold the same files of each host. */
  private readonly held: Map<string, number>[];

  constructor(limits: HostLimits) {
    this.limits = limits;
    this.power = Float64Array.from(limits.power);
    this.disk = Float64Array.from(limits.disk);
    this.held = Array.from(limits.disk, () => new Map<string, number>());
  }

  /** Whether no host has a limit. */
  get isUnlimited(): boolean {
    return !(this.limits.hasDisk || this.limits.hasPower);
  }

  /** How many cards of this kind its host has power for. */
  mayWake(card: number): number {
    const watts = this.limits.watts[card] ?? 0;
    const left = this.power[this.hostOf(card)] ?? 0;
    return watts === 0 ? Number.POSITIVE_INFINITY : Math.floor(left / watts);
  }

  /** Whether all these cards of one host, none of them in use, may come into use together. */
  mayWakeAll(cards: readonly number[]): boolean {
    const watts = cards.reduce((sum, card) => sum + (this.limits.watts[card] ?? 0), 0);
    return watts <= (this.power[this.hostOf(cards[0] ?? -1)] ?? watts);
  }

  wake(card: number): void {
    this.draw(card, -1);
  }

  sleep(card: number): void {
    this.draw(card, 1);
  }

  /** Whether there is room for all of these files together. */
  mayHold(files: readonly HeldFiles[]): boolean {
    this.hold(files);
    const isEnough = files.every(({ host }) => (this.disk[host] ?? 0) >= 0);
    this.drop(files);
    return isEnough;
  }

  hold(files: readonly HeldFiles[]): void {
    for (const { host, id, size } of files) {
      const count = this.held[host]?.get(id) ?? 0;
      this.held[host]?.set(id, count + 1);
      this.disk[host] = (this.disk[host] ?? 0) - (count === 0 ? size : 0);
    }
  }

  drop(files: readonly HeldFiles[]): void {
    for (const { host, id, size } of files) {
      const count = this.held[host]?.get(id) ?? 1;
      if (count > 1) {
        this.held[host]?.set(id, count - 1);
      } else {
        this.held[host]?.delete(id);
        this.disk[host] = (this.disk[host] ?? 0) + size;
      }
    }
  }

  /** A text that is equal where as much is left of the card's host, and the same files are there. */
  text(card: number): string {
    const { hasDisk, hasPower } = this.limits;
    if (!(hasDisk || hasPower)) {
      return "";
    }
    const host = this.hostOf(card);
    const files = [...(this.held[host]?.keys() ?? [])].sort();
    return JSON.stringify([this.power[host], this.disk[host], files]);
  }

  private hostOf(card: number): number {
    return this.limits.hostOf[card] ?? -1;
  }

  private draw(card: number, sign: number): void {
    const host = this.hostOf(card);
    this.power[host] = (this.power[host] ?? 0) + sign * (this.limits.watts[card] ?? 0);
  }
}
