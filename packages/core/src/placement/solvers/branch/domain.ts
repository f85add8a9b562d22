import type { Listed } from "./ways.ts";

/** How many replicas may take each way and group, which states may be taken, and how many cards of a price, in one part of the search. */
export class Domain {
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** Ways first, then states, then groups, then prices of cards. */
  readonly states: number;
  readonly groups: number;
  readonly classes: number;

  constructor({ ways, states, groups, classes }: Listed) {
    this.states = ways.length;
    this.groups = ways.length + states.length;
    this.classes = this.groups + groups.length;
    this.least = new Int32Array(this.classes + classes.length);
    this.most = Int32Array.from([
      ...ways.map(({ state }) => states[state]?.replicas ?? 0),
      ...states.map(() => 1),
      ...groups.map(({ state }) => states[state]?.replicas ?? 0),
      ...classes.map(({ cards }) => cards),
    ]);
  }

  isOpen(position: number): boolean {
    return (this.least[position] ?? 0) < (this.most[position] ?? 0);
  }
}
