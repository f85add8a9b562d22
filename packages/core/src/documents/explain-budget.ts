import type { PlacedFleet, Prepared } from "../placement/place-fleet.ts";
import { placePrepared } from "../placement/place-fleet.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import type { Verdict } from "../placement/quick-xplain.ts";
import { Effort } from "../placement/solvers/effort.ts";
import { placeAllWith } from "../placement/solvers/place-all.ts";
import { Work } from "../placement/work.ts";

/** What all explanations of one plan may cost together, in states of a search: about a second of work. */
const MOST_UNITS = 180_000;

/** What listing the ways of one question may cost, and of one fleet that is solved again; and the part of what is left. */
const MOST_OF_QUESTION = 40_000;
const MOST_OF_SOLVE = 20_000;
const PART_OF_ONE = 0.25;

/** Setting up a question takes about as long as so many states for each option that it may choose from. */
const UNITS_PER_OPTION = 0.25;

/** Counts what the questions of explanations cost, so that the same plan is always explained as far. */
export class ExplainBudget {
  /** Where everything is counted. */
  readonly work: Work;

  constructor(work: Work = new Work(MOST_UNITS)) {
    this.work = work;
  }

  get isSpent(): boolean {
    return this.work.isOver;
  }

  /** So much of what is left; what it spends is spent of this one too. */
  part(share: number): ExplainBudget {
    return new ExplainBudget(this.work.part(this.work.left * share));
  }

  /** Whether all can have their least at once; "unknown" where the limit or the budget comes first. */
  ask(problem: PlacementProblem, nodeLimit: number): Verdict {
    if (this.isSpent) {
      return "unknown";
    }
    const effort = new Effort({ nodeLimit: Math.min(nodeLimit, this.work.left) });
    const verdict = placeAllWith(problem, effort, this.partOfOne(MOST_OF_QUESTION));
    this.spend(problem.demands.reduce((sum, { options }) => sum + options.length, 0));
    this.spendStates(effort.nodes);
    return verdict;
  }

  /** The fleet solved once more, as far as the limit and the budget reach. */
  solve(prepared: Prepared, nodeLimit: number): PlacedFleet {
    const solved = placePrepared(prepared, { nodeLimit, work: this.partOfOne(MOST_OF_SOLVE) });
    this.spendStates(solved.solution.nodes);
    return solved;
  }

  spendStates(states: number): void {
    this.work.spend(states);
  }

  /** Counts a look at so many options. */
  spend(options: number): void {
    this.work.spend(options * UNITS_PER_OPTION);
  }

  private partOfOne(most: number): Work {
    return this.work.part(Math.min(most, this.work.left * PART_OF_ONE));
  }
}
