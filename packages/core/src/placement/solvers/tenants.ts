import type { FleetIndex } from "./fleet-index.ts";

/** No tenant yet. */
export const FRESH = 0;

/**
 * Numbers for "who is on this card", as far as it matters: two cards have one number when the same
 * models may still join them. FRESH is a card without tenants.
 */
export class Tenants {
  private readonly conflicts: FleetIndex["conflicts"];
  private readonly blocked: boolean[][] = [];
  private readonly numbers = new Map<string, number>();
  private readonly after: number[][] = [];

  constructor(fleet: FleetIndex) {
    this.conflicts = fleet.conflicts;
    const none = fleet.problem.demands.map(() => false);
    this.blocked.push(none);
    this.after.push([]);
  }

  mayJoin(tenants: number, model: number): boolean {
    return this.blocked[tenants]?.[model] !== true;
  }

  /** The number of a card when `model` has joined it. */
  join(tenants: number, model: number): number {
    const known = this.after[tenants]?.[model];
    if (known !== undefined) {
      return known;
    }
    const before = this.blocked[tenants] ?? [];
    const number = this.numberOf(
      before.map((is, other) => is || this.conflicts[model]?.[other] === true),
    );
    const row = this.after[tenants];
    if (row !== undefined) {
      row[model] = number;
    }
    return number;
  }

  private numberOf(blocked: boolean[]): number {
    const key = blocked.map(Number).join("");
    const known = this.numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    const number = this.blocked.length;
    this.blocked.push(blocked);
    this.after.push([]);
    this.numbers.set(key, number);
    return number;
  }
}
