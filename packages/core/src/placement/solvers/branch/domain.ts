import type { Listed } from "./ways.ts";

/** How many replicas may take each way and group, and which states may be taken, in one part of the search. */
export class Domain {
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** Ways first, then states, then groups. */
  readonly states: number;
  readonly groups: number;

  constructor({ ways, states, groups }: Listed) {
    this.states = ways.length;
    this.groups = ways.length + states.length;
    this.least = new Int32Array(this.groups + groups.length);
    this.most = Int32Array.from([
      ...ways.map(({ state }) => states[state]?.replicas ?? 0),
      ...states.map(() => 1),
      ...groups.map(({ state }) => states[state]?.replicas ?? 0),
    ]);
  }

  isOpen(position: number): boolean {
    return (this.least[position] ?? 0) < (this.most[position] ?? 0);
  }
}
