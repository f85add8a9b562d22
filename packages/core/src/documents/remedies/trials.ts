import type { Enumeration } from "../../placement/enumerate.ts";
import { type PlacedFleet, type Prepared, prepare } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Verdict } from "../../placement/quick-xplain.ts";
import { assemblePlan } from "../assemble-plan.ts";
import type { ExplainBudget } from "../explain-budget.ts";
import { verifyPlan } from "../verify-plan.ts";
import { type Changed, chanceOf, changedBy } from "./changed.ts";
import { RemedyJoins } from "./joins.ts";
import { isLossInTheWay } from "./loss.ts";
import { RemedyMoves } from "./moves.ts";
import type { Attempt, Refused } from "./remedy.ts";

/** States that may be looked at for one attempt; what is not known to fit by then is not offered. */
export interface Depth {
  /** Until it is known whether all can have their least. */
  readonly look: number;
  /** For the fleet that is solved again with what seems to fit. */
  readonly solve: number;
}

/** Enough for most: a dozen cards on which there is little choice left. */
export const QUICK: Depth = { look: 5000, solve: 3000 };

/** For what was left open: eleven of twelve cards taken are settled within some 4,000 states, of which a look may spend a part on either answer. */
export const DEEP: Depth = { look: 20_000, solve: 20_000 };

/**
 * Tries changes on one fleet. Room beside the others, who stay as they are, is looked for first; where there is none,
 * a small fleet is solved again with the change, and on a large one a few others may move.
 */
export class RemedyTrials {
  private readonly budget: ExplainBudget;
  private readonly depth: Depth;
  private hasUnknowns = false;
  private readonly joins: RemedyJoins;
  private readonly moves: RemedyMoves;
  private readonly changes = new WeakMap<Attempt, Changed>();
  private readonly prepared = new WeakMap<Attempt, Prepared>();
  private readonly verdicts = new WeakMap<Attempt, Verdict>();

  constructor(budget: ExplainBudget, depth: Depth) {
    this.budget = budget;
    this.depth = depth;
    this.joins = new RemedyJoins(budget);
    this.moves = new RemedyMoves(budget);
  }

  /** Nothing more is tried for any model. */
  get isOver(): boolean {
    return this.budget.isSpent;
  }

  /** Something was left open that a deeper look may settle. */
  get isOpen(): boolean {
    return this.hasUnknowns;
  }

  /** Whether there is room beside the others, who stay as they are. It is looked for without a search. */
  hasRoom(refused: Refused, attempt: Attempt): boolean {
    return this.joins.find(refused, attempt, this.changed(refused, attempt)) !== undefined;
  }

  /** Whether the model and all that are placed can have their least together, as far as a quick look tells. */
  glance(refused: Refused, attempt: Attempt): Verdict {
    const verdict = this.verdicts.get(attempt) ?? this.look(refused, attempt);
    this.verdicts.set(attempt, verdict);
    this.hasUnknowns ||= verdict === "unknown";
    return verdict;
  }

  /** The fleet after the change, when the plan holds, the model is placed and no one else lost its place. */
  solve(refused: Refused, attempt: Attempt): PlacedFleet | undefined {
    if (attempt.looser !== undefined && this.glance(refused, attempt.looser) !== "feasible") {
      return undefined;
    }
    if (this.glance(refused, attempt) !== "feasible") {
      return undefined;
    }
    const changed = this.changed(refused, attempt);
    const joined = this.joins.find(refused, attempt, changed);
    if (joined !== undefined && (isLarge(refused) || !hasRivals(refused))) {
      return joined;
    }
    return isLarge(refused) ? this.moved(refused, attempt) : this.solved(refused, attempt, changed);
  }

  private look(refused: Refused, attempt: Attempt): Verdict {
    if (this.isLost(refused, attempt)) {
      return "infeasible";
    }
    if (this.hasRoom(refused, attempt)) {
      return "feasible";
    }
    if (attempt.isBeside === true) {
      return "infeasible";
    }
    if (isLarge(refused)) {
      return this.moved(refused, attempt) === undefined ? "unknown" : "feasible";
    }
    if (this.budget.isSpent) {
      return "unknown";
    }
    const { problem } = this.prepare(refused, attempt);
    const left = new Set(refused.placed.solution.unplaced);
    const demands = problem.demands.filter(
      ({ model }) => model === refused.model.name || !left.has(model),
    );
    return this.budget.ask({ ...problem, demands }, this.depth.look);
  }

  /** One loss takes all of it even after the change, wherever it is. */
  private isLost(refused: Refused, attempt: Attempt): boolean {
    const own = this.changed(refused, attempt).models.find(
      ({ name }) => name === refused.model.name,
    );
    return own !== undefined && isLossInTheWay(own);
  }

  private moved(refused: Refused, attempt: Attempt): PlacedFleet | undefined {
    const changed = this.changed(refused, attempt);
    return this.moves.find(refused, attempt, {
      changed,
      prepare: () => this.prepare(refused, attempt),
    });
  }

  private solved(refused: Refused, attempt: Attempt, changed: Changed): PlacedFleet | undefined {
    const { placed, model } = refused;
    const nodeLimit = Math.min(refused.nodeLimit, this.depth.solve);
    const solved = this.budget.solve(this.prepare(refused, attempt), nodeLimit);
    const isWorse = solved.solution.unplaced.some(
      (name) => name === model.name || !placed.solution.unplaced.includes(name),
    );
    this.hasUnknowns ||= isWorse;
    const chance = chanceOf(changed.models);
    return isWorse || verifyPlan(assemblePlan(changed.fleet, solved, chance)).length > 0
      ? undefined
      : solved;
  }

  private changed(refused: Refused, attempt: Attempt): Changed {
    const changed = this.changes.get(attempt) ?? changedBy(refused, attempt);
    this.changes.set(attempt, changed);
    return changed;
  }

  /** Who is not changed keeps what was enumerated for it: cards that are added only add ways to run it. */
  private prepare(refused: Refused, attempt: Attempt): Prepared {
    const known = this.prepared.get(attempt);
    if (known !== undefined) {
      return known;
    }
    const { fleet, models } = this.changed(refused, attempt);
    const prepared = prepare(models, fleet, enumerated(refused, attempt), this.budget.work);
    this.prepared.set(attempt, prepared);
    return prepared;
  }
}

/** Largest fleet that is solved again for a remedy, and most replicas on it. */
const MOST_CARDS = 64;
const MOST_REPLICAS = 40;

function isLarge({ fleet, models }: Refused): boolean {
  const replicas = models.reduce((sum, model) => sum + model.replicas, 0);
  return fleet.gpus.length > MOST_CARDS || replicas > MOST_REPLICAS;
}

/** Whether the room that a change makes may be given to another model that has no place either. */
function hasRivals({ models, model, placed }: Refused): boolean {
  const left = new Set(placed.solution.unplaced);
  return models.some(
    ({ name, priority }) => name !== model.name && left.has(name) && priority >= model.priority,
  );
}

/** Nothing where others without a place may go on added cards. Those come last, so that the classes of the others keep their names; equal hosts may stop being equal. */
function enumerated(
  refused: Refused,
  { cards = [] }: Attempt,
): ReadonlyMap<PlannedModel, Enumeration> {
  const { fleet, models, placed } = refused;
  const isOneHost = fleet.gpus.every(({ host }) => host === fleet.gpus[0]?.host);
  if (cards.length === 0 || !isOneHost || hasRivals(refused)) {
    return new Map();
  }
  return new Map(
    models.flatMap((model, i) => {
      const own = placed.enumerations[i];
      return own === undefined ? [] : [[model, own] as const];
    }),
  );
}
