import type { SolveOptions } from "../problem.ts";

/** States looked at by all searches of one solve together, against their limit. */
export class Effort {
  private spent = 0;
  private readonly options: SolveOptions;

  constructor(options: SolveOptions) {
    this.options = options;
  }

  get nodes(): number {
    return this.spent;
  }

  get left(): number {
    return this.isAborted ? 0 : Math.max(0, this.options.nodeLimit - this.spent);
  }

  /** Counts one state; false where it may not be looked at any more. */
  spend(until: number): boolean {
    if (this.spent >= until || this.spent >= this.options.nodeLimit) {
      return false;
    }
    this.spent += 1;
    return this.spent % 256 !== 0 || !this.isAborted;
  }

  private get isAborted(): boolean {
    return this.options.signal?.aborted === true;
  }
}
