import { type FlexibleModel, FlexibleProblems } from "../placement/flexible.ts";
import { type PlacedFleet, placeFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import type { Verdict } from "../placement/quick-xplain.ts";
import { canPlaceAll } from "../placement/solvers/place-all.ts";
import { assemblePlan } from "./assemble-plan.ts";
import type { Attempt, Refused } from "./remedy.ts";
import { verifyPlan } from "./verify-plan.ts";

/** States that may be looked at for one attempt; what is not known to fit by then is not offered. */
const QUICK_NODE_LIMIT = 5000;

/** Tries changes on one fleet; what was enumerated for models that stay as they are is kept. */
export class RemedyTrials {
  private readonly problems = new FlexibleProblems();
  private readonly keys = new Map<PlannedModel, string>();
  private readonly known = new WeakMap<Attempt, Changed>();

  /** Whether the model and all that are placed can have their least together, as far as a quick look tells. */
  glance(refused: Refused, attempt: Attempt): Verdict {
    const { fleet, models } = this.changed(refused, attempt);
    const left = new Set(refused.placed.solution.unplaced);
    const wanted = models.filter(({ name }) => name === refused.model.name || !left.has(name));
    const { problem } = this.problems.of(
      wanted.map((model) => this.asIs(model)),
      fleet,
    );
    return canPlaceAll(problem, { nodeLimit: QUICK_NODE_LIMIT });
  }

  /** The fleet after the change, when the plan holds, the model is placed and no one else lost its place. */
  solve(refused: Refused, attempt: Attempt): PlacedFleet | undefined {
    if (this.glance(refused, attempt) !== "feasible") {
      return undefined;
    }
    const { placed, model, nodeLimit } = refused;
    const { fleet, models } = this.changed(refused, attempt);
    const solved = placeFleet(models, fleet, { nodeLimit });
    const isWorse = solved.solution.unplaced.some(
      (name) => name === model.name || !placed.solution.unplaced.includes(name),
    );
    return isWorse || verifyPlan(assemblePlan(fleet, solved, chanceOf(models))).length > 0
      ? undefined
      : solved;
  }

  private changed(refused: Refused, attempt: Attempt): Changed {
    const changed = this.known.get(attempt) ?? after(refused, attempt);
    this.known.set(attempt, changed);
    return changed;
  }

  private asIs(model: PlannedModel): FlexibleModel {
    const key = this.keys.get(model) ?? String(this.keys.size);
    this.keys.set(model, key);
    return { name: model.name, key, variants: () => [model] };
  }
}

type Changed = Pick<Refused, "fleet" | "models">;

/** The fleet and its models after the change; models that are not changed are the same objects. */
function after(
  { fleet, models, model }: Refused,
  { cards = [], drops = [], ...attempt }: Attempt,
): Changed {
  return {
    fleet: cards.length === 0 ? fleet : { ...fleet, gpus: [...fleet.gpus, ...cards] },
    models: models
      .filter(({ name }) => !drops.includes(name))
      .map((each) =>
        each.name === model.name
          ? (attempt.model?.(model) ?? model)
          : (attempt.others?.(each) ?? each),
      ),
  };
}

/** The chance to fit that these models share. */
function chanceOf(models: Refused["models"]): number {
  return 1 - models.reduce((sum, { risk, replicas }) => sum + risk * replicas, 0);
}
