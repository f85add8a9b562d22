import { FlexibleProblems } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import { type ConflictSet, quickXplain, swept, type Verdict } from "../placement/quick-xplain.ts";
import type { ExplainBudget } from "./explain-budget.ts";
import { type Ask, isUnwritten, policiesOf, relaxed, wishesOf } from "./relaxed-fleet.ts";
import type { Written } from "./requirement.ts";

/** Things asked for that can't hold together, of which each is needed for that. */
export interface Conflict {
  readonly asks: readonly Ask[];
  /** Without any one of what was written, the rest can hold together; else some of it may not be in the way. */
  readonly isMinimal: boolean;
  /** The same of each kind of default that is among `asks`; else some of those may not be in the way. */
  readonly areDefaultsNeeded: boolean;
  readonly calls: number;
}

/** A dozen members among fifty take about this many; each question is a small search. */
const MOST_QUESTIONS = 64;

/** Largest fleet of which it is asked who is in the way. */
const MOST_CARDS = 64;

/** Answers whether some of what is asked for can hold together, in the likeliest layouts; what was enumerated once is kept. */
export class ConflictOracle {
  readonly written: Written;
  private asked = 0;
  private readonly nodeLimit: number;
  private budget: ExplainBudget;
  private readonly quick = new FlexibleProblems(true);
  private readonly full = new FlexibleProblems(false);
  private readonly answers = new Map<string, Verdict>();

  constructor(written: Written, nodeLimit: number, budget: ExplainBudget) {
    this.written = written;
    this.nodeLimit = nodeLimit;
    this.budget = budget;
  }

  /** "unknown" for every question after the last that is allowed for one conflict. An answer is kept. */
  judge(asks: readonly Ask[]): Verdict {
    const key = keyOf(asks);
    const known = this.answers.get(key);
    if (known !== undefined) {
      return known;
    }
    this.asked += 1;
    if (this.asked > MOST_QUESTIONS || this.budget.isSpent) {
      return "unknown";
    }
    const answer = this.judgeProblem(this.problemFrom(this.quick, asks).problem);
    if (answer !== "unknown") {
      this.answers.set(key, answer);
    }
    return answer;
  }

  judgeProblem(problem: PlacementProblem): Verdict {
    return this.budget.ask(problem, this.nodeLimit);
  }

  /** Nothing is proven of many models on many cards: only whether one can be placed at all. */
  get isLarge(): boolean {
    return this.written.fleet.gpus.length > MOST_CARDS;
  }

  /** What is known of these things without asking. */
  learn(asks: readonly Ask[], verdict: Verdict): void {
    this.answers.set(keyOf(asks), verdict);
  }

  /** What the next questions cost is spent of this budget. */
  spendOf(budget: ExplainBudget): void {
    this.budget = budget;
  }

  /** Questions are counted for each conflict by itself. */
  restart(): void {
    this.asked = 0;
  }

  /** Whether they hold together in a layout that the questions did not look at. */
  isRefuted(asks: readonly Ask[]): boolean {
    return this.judgeProblem(this.problemOf(asks).problem) === "feasible";
  }

  problemOf(asks: readonly Ask[]): ReturnType<FlexibleProblems["of"]> {
    return this.problemFrom(this.full, asks);
  }

  private problemFrom(
    problems: FlexibleProblems,
    asks: readonly Ask[],
  ): ReturnType<FlexibleProblems["of"]> {
    const { models, fleet } = relaxed(asks, this.written);
    return problems.of(models, fleet, this.budget.work);
  }
}

/**
 * Why the model can't join those that are placed: first which of them are in the way, then whose wishes, then which of
 * those, its own before those of others. What nobody wrote holds meanwhile; last, how much of that is needed.
 * Undefined where it is not known that it can't.
 */
export function conflictOf(
  model: PlannedModel,
  placed: readonly PlannedModel[],
  oracle: ConflictOracle,
): Conflict | undefined {
  const { written } = oracle;
  oracle.restart();
  const policies = policiesOf(written);
  const others = oracle.isLarge ? [] : placed.toReversed();
  const inTheWay = quickXplain(others, (some) =>
    oracle.judge(allAsksOf([model, ...some], written)),
  );
  if (inTheWay === undefined) {
    return undefined;
  }
  const blockers = inTheWay.members.toReversed();
  const ours = [model, ...blockers];
  const unsaid = ours.flatMap((one) => wishesOf(one, written)).filter(isUnwritten);
  const judge = (some: readonly Ask[]): Verdict => oracle.judge([placeOf(model), ...some]);
  const groups = [
    ...ours.map((one) => wishesOf(one, written).filter((ask) => !isUnwritten(ask))),
    policies,
    ...blockers.map((one) => [placeOf(one)]),
  ];
  const bound = quickXplain(
    groups.filter(({ length }) => length > 0),
    (some) => judge([...some.flat(), ...unsaid]),
  );
  if (bound === undefined) {
    return undefined;
  }
  const found = swept(bound.members.flat(), (some) => judge([...some, ...unsaid]));
  const defaults = neededDefaults(defaultsBeside(found.members, unsaid, model), (some) =>
    judge([...found.members, ...some]),
  );
  const asks = [placeOf(model), ...placesFirst(found.members), ...defaults.members];
  if (oracle.isRefuted(asks)) {
    return undefined;
  }
  return {
    asks,
    isMinimal: found.isMinimal,
    areDefaultsNeeded: defaults.isMinimal,
    calls: inTheWay.calls + bound.calls + found.calls + defaults.calls,
  };
}

/** Everything that these models and the fleet file ask for. */
export function allAsksOf(models: readonly PlannedModel[], written: Written): readonly Ask[] {
  return [
    ...models.flatMap((one) => [placeOf(one), ...wishesOf(one, written)]),
    ...policiesOf(written),
  ];
}

function defaultsBeside(
  asks: readonly Ask[],
  unsaid: readonly Ask[],
  model: PlannedModel,
): readonly Ask[] {
  const isPlaced = (one: PlannedModel): boolean =>
    one === model ||
    asks.some((ask) => ask.of === "model" && ask.model === one && ask.requirement === undefined);
  return unsaid.filter((ask) => ask.of === "model" && isPlaced(ask.model));
}

/**
 * Each kind of default is given up for all models at once, which takes one question a kind; then, of those that are
 * needed, as many single ones as the limit lets find out, those of others first.
 */
function neededDefaults(
  defaults: readonly Ask[],
  judge: (some: readonly Ask[]) => Verdict,
): ConflictSet<Ask> {
  const kinds = DEFAULTS_IN_ORDER.map((kind) =>
    defaults.filter(({ requirement }) => requirement?.kind === kind),
  );
  const found = swept(
    kinds.filter(({ length }) => length > 0),
    (some) => judge(some.flat()),
  );
  const single = swept(found.members.flat(), judge);
  return { ...found, members: single.members, calls: found.calls + single.calls };
}

/** The default that people would change first is named first. */
const DEFAULTS_IN_ORDER = ["quantization", "kvCacheDtype", "maxSeqLen", "layout", "maxNumTokens"];

/** The same for the same things, in whatever order they are asked for. */
function keyOf(asks: readonly Ask[]): string {
  const keys = asks.map((ask) =>
    JSON.stringify([ask.of === "model" ? ask.model.name : null, ask.requirement?.kind]),
  );
  return keys.sort().join();
}

function placeOf(model: PlannedModel): Ask {
  return { of: "model", model, requirement: undefined };
}

function placesFirst(asks: readonly Ask[]): readonly Ask[] {
  const isPlace = ({ requirement }: Ask): boolean => requirement === undefined;
  return [...asks.filter(isPlace), ...asks.filter((ask) => !isPlace(ask))];
}
