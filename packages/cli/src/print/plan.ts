import type { PlanDocument } from "@berth/core";
import { printEmptyCards } from "./empty-cards.ts";
import { type Look, paint } from "./look.ts";
import { printAlternatives } from "./plan-alternatives.ts";
import { printPlanCards } from "./plan-cards.ts";
import { printPlanDeployments } from "./plan-deployments.ts";
import { printPlanMemory } from "./plan-memory.ts";
import { printPlanSummary } from "./plan-summary.ts";
import { printTransition } from "./plan-transition.ts";
import { printUnplaced } from "./plan-unplaced.ts";

/** A plan for people: cards, models in start order, who holds what on each card, what has no place, and how good it is. */
export function printPlan(plan: PlanDocument, look: Look): string {
  const isAnyPlaced = plan.deployments.length > 0;
  const sections: readonly (readonly [title: string, text: string])[] = [
    ["Cards, in GiB", printPlanCards(plan, look)],
    ["Models, in start order", isAnyPlaced ? printPlanDeployments(plan, look) : ""],
    [
      "What each model holds on each card, in GiB, as planned",
      isAnyPlaced ? printPlanMemory(plan, look) : "",
    ],
    ["Replicas for the rates", (plan.sizing ?? []).map(({ text }) => `  ${text}\n`).join("")],
    ["Cards without a replica", printEmptyCards(plan, look)],
    ["Without a place", printUnplaced(plan, look)],
    ["Warnings", plan.warnings.map((warning) => `  ${warning}\n`).join("")],
    ["From the plan that runs, one after another", printTransition(plan, look)],
    ["Other plans, best first", printAlternatives(plan, look)],
    ["Answer", printPlanSummary(plan, look)],
  ];
  return sections
    .filter(([, text]) => text !== "")
    .map(([title, text]) => `${paint(look, "bold", title)}\n${text}`)
    .join("\n");
}
