import type { Listed } from "./ways.ts";

/** How many replicas may take each way, and which states may be taken, in one part of the search. */
export class Domain {
  readonly least: Int32Array;
  readonly most: Int32Array;
  /** Ways first, then states. */
  readonly states: number;

  constructor({ ways, states }: Listed) {
    this.states = ways.length;
    this.least = new Int32Array(ways.length + states.length);
    this.most = Int32Array.from([
      ...ways.map(({ state }) => states[state]?.replicas ?? 0),
      ...states.map(() => 1),
    ]);
  }

  isOpen(position: number): boolean {
    return (this.least[position] ?? 0) < (this.most[position] ?? 0);
  }
}
