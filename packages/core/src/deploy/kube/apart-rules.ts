import type { PlanDocument } from "../../documents/plan-document.ts";
import type { RefusalReason } from "../refusal.ts";
import type { Rule } from "../rules.ts";
import { users } from "./card-access.ts";
import { clusterWay } from "./over-pods.ts";

/** For what starts all engines at once: no two share a card. */
export function cardsAreApart(what: string): Rule {
  return (plan: PlanDocument): readonly RefusalReason[] => {
    const shared = plan.gpus.filter((gpu) => users(plan, gpu) > 1).map(({ id }) => id);
    const models = plan.deployments.filter(({ gpus }) => gpus.some((id) => shared.includes(id)));
    return models.length === 0
      ? []
      : [
          {
            code: "not-carried",
            models: [...new Set(models.map(({ model }) => model))],
            problem: `they share cards, and ${what} starts all engines at once, each with what is free at that moment`,
            instead: clusterWay(plan),
          },
        ];
  };
}
