import type { PlacedFleet, Prepared } from "../placement/place-fleet.ts";
import { placePrepared } from "../placement/place-fleet.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import type { Verdict } from "../placement/quick-xplain.ts";
import { Effort } from "../placement/solvers/effort.ts";
import { placeAllWith } from "../placement/solvers/place-all.ts";
import { Work } from "../placement/work.ts";

/** What all explanations of one plan may cost together, in states of a search: about a second of work. */
const MOST_UNITS = 180_000;

/** What listing the ways of one question may cost, and the part of what is left: with less, most of twelve cards prove nothing. */
const ONE_QUESTION = { most: 40_000, part: 0.6 };
/** The same of one fleet that is solved again: there are others to try. */
const ONE_SOLVE = { most: 20_000, part: 0.25 };

/** Setting up a question takes about as long as so many states for each option that it may choose from. */
const UNITS_PER_OPTION = 0.25;

/** Counts what the questions of explanations cost, so that the same plan is always explained as far. */
export class ExplainBudget {
  /** Where everything is counted. */
  readonly work: Work;

  constructor(work: Work = new Work(MOST_UNITS)) {
    this.work = work;
  }

  /** For all explanations of a plan together: no more than `most`, where somebody said how many states. */
  static upTo(most: number = MOST_UNITS): ExplainBudget {
    return new ExplainBudget(new Work(Math.min(most, MOST_UNITS)));
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
    const verdict = placeAllWith(problem, effort, this.partOfOne(ONE_QUESTION));
    this.spend(problem.demands.reduce((sum, { options }) => sum + options.length, 0));
    this.spendStates(effort.nodes);
    return verdict;
  }

  /** The fleet solved once more, as far as the limit and the budget reach. */
  solve(prepared: Prepared, nodeLimit: number): PlacedFleet {
    const solved = placePrepared(prepared, {
      nodeLimit: Math.max(1, Math.min(nodeLimit, this.work.left)),
      work: this.partOfOne(ONE_SOLVE),
    });
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

  private partOfOne({ most, part }: typeof ONE_QUESTION): Work {
    return this.work.part(Math.min(most, this.work.left * part));
  }
}
