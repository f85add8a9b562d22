import type { SolveOptions, SolveProgress } from "../problem.ts";

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

  /** Counts one state, or a look that takes as long as several; false where it may not be taken any more. */
  spend(until: number, states = 1): boolean {
    if (this.spent >= until || this.spent >= this.options.nodeLimit) {
      return false;
    }
    this.spent += states;
    return this.spent % 256 >= states || !this.isAborted;
  }

  /** Tells who wants to know what is known so far. */
  tell(known: Omit<SolveProgress, "nodes">): void {
    this.options.onProgress?.({ ...known, nodes: this.spent });
  }

  get isAborted(): boolean {
    return this.options.signal?.aborted === true;
  }
}
