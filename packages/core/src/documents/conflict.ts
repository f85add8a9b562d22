import { FlexibleProblems } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import { quickXplain, swept, type Verdict } from "../placement/quick-xplain.ts";
import type { ExplainBudget } from "./explain-budget.ts";
import { type Ask, policiesOf, relaxed, wishesOf } from "./relaxed-fleet.ts";
import type { Written } from "./requirement.ts";

/** Things asked for that can't hold together, of which each is needed for that. */
export interface Conflict {
  readonly asks: readonly Ask[];
  readonly isMinimal: boolean;
  readonly calls: number;
}

/** A dozen members among fifty take about this many; each question is a small search. */
const MOST_QUESTIONS = 64;

/** Largest fleet of which it is asked who is in the way. */
const MOST_CARDS = 64;

/** Answers whether some of what is asked for can hold together; what was enumerated once is kept. */
export class ConflictOracle {
  readonly written: Written;
  private asked = 0;
  private readonly nodeLimit: number;
  private budget: ExplainBudget;
  private readonly problems = new FlexibleProblems();

  constructor(written: Written, nodeLimit: number, budget: ExplainBudget) {
    this.written = written;
    this.nodeLimit = nodeLimit;
    this.budget = budget;
  }

  /** "unknown" for every question after the last that is allowed for one conflict. */
  judge(asks: readonly Ask[]): Verdict {
    this.asked += 1;
    if (this.asked > MOST_QUESTIONS || this.budget.isSpent) {
      return "unknown";
    }
    return this.judgeProblem(this.problemOf(asks).problem);
  }

  judgeProblem(problem: PlacementProblem): Verdict {
    return this.budget.ask(problem, this.nodeLimit);
  }

  /** Nothing is proven of many models on many cards: only whether one can be placed at all. */
  get isLarge(): boolean {
    return this.written.fleet.gpus.length > MOST_CARDS;
  }

  /** What the next questions cost is spent of this budget. */
  spendOf(budget: ExplainBudget): void {
    this.budget = budget;
  }

  /** Questions are counted for each conflict by itself. */
  restart(): void {
    this.asked = 0;
  }

  problemOf(asks: readonly Ask[]): ReturnType<FlexibleProblems["of"]> {
    const { models, fleet } = relaxed(asks, this.written);
    return this.problems.of(models, fleet, this.budget.work);
  }
}

/**
 * Why the model can't join those that are placed: first which of them are in the way, then whose wishes, then which of
 * those, its own before those of others. Undefined where it is not known that it can't.
 */
export function conflictOf(
  model: PlannedModel,
  placed: readonly PlannedModel[],
  oracle: ConflictOracle,
): Conflict | undefined {
  const { written } = oracle;
  oracle.restart();
  const whole = (one: PlannedModel): readonly Ask[] => [placeOf(one), ...wishesOf(one, written)];
  const policies = policiesOf(written);
  const others = oracle.isLarge ? [] : placed.toReversed();
  const inTheWay = quickXplain(others, (some) =>
    oracle.judge([...whole(model), ...some.flatMap(whole), ...policies]),
  );
  if (inTheWay === undefined) {
    return undefined;
  }
  const blockers = inTheWay.members.toReversed();
  const ours = [model, ...blockers];
  const groups = [...ours.map((one) => wishesOf(one, written)), policies, ...blockers.map(alone)];
  const bound = quickXplain(
    groups.filter(({ length }) => length > 0),
    (some) => oracle.judge([placeOf(model), ...some.flat()]),
  );
  if (bound === undefined) {
    return undefined;
  }
  const found = swept(bound.members.flat(), (some) => oracle.judge([placeOf(model), ...some]));
  return {
    asks: [placeOf(model), ...placesFirst(found.members)],
    isMinimal: found.isMinimal,
    calls: inTheWay.calls + bound.calls + found.calls,
  };
}

function alone(model: PlannedModel): readonly Ask[] {
  return [placeOf(model)];
}

function placeOf(model: PlannedModel): Ask {
  return { of: "model", model, requirement: undefined };
}

function placesFirst(asks: readonly Ask[]): readonly Ask[] {
  const isPlace = ({ requirement }: Ask): boolean => requirement === undefined;
  return [...asks.filter(isPlace), ...asks.filter((ask) => !isPlace(ask))];
}
