import type { PlacementProblem } from "../placement/problem.ts";
import type { Verdict } from "../placement/quick-xplain.ts";
import { Effort } from "../placement/solvers/effort.ts";
import { placeAllWith } from "../placement/solvers/place-all.ts";

/** What all explanations of one plan may cost together, in states of a search. A dozen cards with eight models take a third. */
const MOST_STATES = 400_000;

/** Setting up a question takes about as long as so many states for each option that it may choose from. */
const STATES_PER_OPTION = 0.25;

/** Counts what the questions of all explanations cost, so that the same plan is always explained as far. */
export class ExplainBudget {
  private left = MOST_STATES;

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** Whether all can have their least at once; "unknown" where the limit or the budget comes first. */
  ask(problem: PlacementProblem, nodeLimit: number): Verdict {
    if (this.isSpent) {
      return "unknown";
    }
    const effort = new Effort({ nodeLimit: Math.min(nodeLimit, this.left) });
    const verdict = placeAllWith(problem, effort);
    this.spend(problem.demands.reduce((sum, { options }) => sum + options.length, 0));
    this.spendStates(effort.nodes);
    return verdict;
  }

  spendStates(states: number): void {
    this.left -= states;
  }

  /** Counts a look at so many options. */
  spend(options: number): void {
    this.left -= Math.ceil(options * STATES_PER_OPTION);
  }
}
