import type { Fleet } from "../../hardware/fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { leastEach } from "../../placement/survive.ts";
import { withRoomsOf } from "../planned-replicas.ts";
import { asOne } from "./combined.ts";
import { ANY_PP, ANY_TP, type Attempt, type Refused, type Wish } from "./remedy.ts";
import { waysWithoutLoss } from "./survive.ts";

/** Something that is given up before anything else is looked at. */
export interface Base {
  /** The change that is shown, with this one. */
  readonly with: (attempt: Attempt) => Attempt;
  readonly gives: (wish: Wish) => boolean;
}

/** Whether what the model is to outlive speaks against it, whatever room there is. */
export function isLossInTheWay(model: PlannedModel): boolean {
  return model.refused !== undefined || !Number.isFinite(leastEach(model));
}

/** Whether one loss takes all of it on whatever cards and in whatever layout. */
export function isLostAnywhere(
  { gpus: _, labels: __, ...model }: PlannedModel,
  fleet: Fleet,
): boolean {
  return isLossInTheWay(withRoomsOf({ ...model, tp: ANY_TP, pp: ANY_PP }, fleet));
}

/** The fleet where the model need not outlive a loss, for changes that are only enough beside that. */
export function withoutItsLoss(refused: Refused): {
  readonly refused: Refused;
  readonly base?: Base;
} {
  const { model, models } = refused;
  const [first] = waysWithoutLoss(model);
  const own = first?.model?.(model);
  if (first === undefined || own === undefined) {
    return { refused };
  }
  return {
    refused: {
      ...refused,
      model: own,
      models: models.map((each) => (each === model ? own : each)),
    },
    base: {
      with: (attempt) => ({
        ...attempt,
        change: asOne([first, attempt]).change,
        say: asOne([attempt, { ...first, say: () => withoutItSaid(own, model) }]).say,
      }),
      gives: ({ kind, model: name }) => kind === "survive" && name === model.name,
    },
  };
}

/** Said before what else changes, in which "it" may be another model. */
function withoutItSaid({ replicas }: PlannedModel, { survives }: PlannedModel): string {
  const lost = survives?.loss === "gpu" ? "card" : "host";
  return `Do without it after the loss of a ${lost}, with ${replicas} ${replicas === 1 ? "replica" : "replicas"}.`;
}
