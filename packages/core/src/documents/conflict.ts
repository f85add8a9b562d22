import { FlexibleProblems } from "../placement/flexible.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { PlacementProblem } from "../placement/problem.ts";
import { quickXplain, type Verdict } from "../placement/quick-xplain.ts";
import { canPlaceAll } from "../placement/solvers/place-all.ts";
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

/** Answers whether some of what is asked for can hold together; what was enumerated once is kept. */
export class ConflictOracle {
  readonly written: Written;
  private asked = 0;
  private readonly nodeLimit: number;
  private readonly problems = new FlexibleProblems();

  constructor(written: Written, nodeLimit: number) {
    this.written = written;
    this.nodeLimit = nodeLimit;
  }

  /** "unknown" for every question after the last that is allowed for one conflict. */
  judge(asks: readonly Ask[]): Verdict {
    this.asked += 1;
    if (this.asked > MOST_QUESTIONS) {
      return "unknown";
    }
    return this.judgeProblem(this.problemOf(asks).problem);
  }

  judgeProblem(problem: PlacementProblem): Verdict {
    return canPlaceAll(problem, { nodeLimit: this.nodeLimit });
  }

  /** Questions are counted for each conflict by itself. */
  restart(): void {
    this.asked = 0;
  }

  problemOf(asks: readonly Ask[]): ReturnType<FlexibleProblems["of"]> {
    const { models, fleet } = relaxed(asks, this.written);
    return this.problems.of(models, fleet);
  }
}

/**
 * Why the model can't join those that are placed: first which of them are in the way, then which wishes of theirs,
 * its own before those of others. Undefined where it is not known that it can't.
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
  const inTheWay = quickXplain(placed.toReversed(), (some) =>
    oracle.judge([...whole(model), ...some.flatMap(whole), ...policies]),
  );
  if (inTheWay === undefined) {
    return undefined;
  }
  const others = inTheWay.members.toReversed();
  const asks = [model, ...others].flatMap((one) => wishesOf(one, written));
  const found = quickXplain([...asks, ...policies, ...others.map(placeOf)], (some) =>
    oracle.judge([placeOf(model), ...some]),
  );
  return found === undefined
    ? undefined
    : {
        asks: [placeOf(model), ...placesFirst(found.members)],
        isMinimal: found.isMinimal,
        calls: inTheWay.calls + found.calls,
      };
}

function placeOf(model: PlannedModel): Ask {
  return { of: "model", model, requirement: undefined };
}

function placesFirst(asks: readonly Ask[]): readonly Ask[] {
  const isPlace = ({ requirement }: Ask): boolean => requirement === undefined;
  return [...asks.filter(isPlace), ...asks.filter((ask) => !isPlace(ask))];
}
