import type { PlanDocument } from "@berth/core";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { TEXT } from "../../text/en.ts";
import { percent } from "../../text/say.ts";

/** What came of planning, in words; announced to screen readers when it changes. */
export function PlanSummary(): ReactNode {
  const { plan, isSolving, progress, problem } = usePlanner((state) => state.planning);
  const { keeper } = usePlannerParts();
  const models = usePlanner((state) => state.parsed.fleet.models.length);
  const hasCards = usePlanner((state) => state.cards.gpus.length > 0);
  const text = TEXT.plan;
  const isWaiting = plan === undefined && problem === undefined && !isSolving;
  return (
    <section className="summary" data-solving={isSolving || undefined}>
      <output aria-live="polite">
        {problem !== undefined && <span className="problem">{problem.message}</span>}
        {isWaiting && missingText(hasCards, models > 0)}
        {plan !== undefined && said(plan, models)}
      </output>
      {isWaiting && hasCards && models === 0 && (
        <Button className="button primary" onPress={goToModels}>
          {text.addModel}
        </Button>
      )}
      {isSolving && (
        <p className="solving">
          <span className="busy" aria-hidden="true" />
          {text.solving}
          {progress !== undefined &&
            `: ${text.progress(percent(progress.share), percent(progress.bound))}`}
          {progress !== undefined && (
            <Button className="button" onPress={keeper.stop}>
              {text.stop}
            </Button>
          )}
        </p>
      )}
      {plan !== undefined && plan.warnings.length > 0 && (
        <details>
          <summary>
            {text.warnings} ({plan.warnings.length})
          </summary>
          <ul>
            {plan.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

/** What a plan still needs. */
function missingText(hasCards: boolean, hasModels: boolean): string {
  const text = TEXT.plan;
  if (hasCards === hasModels) {
    return text.nothing;
  }
  return hasCards ? text.noModels : text.noCards;
}

/** The cursor goes to where models are searched for. */
function goToModels(): void {
  document.getElementById("models-title")?.closest("section")?.querySelector("input")?.focus();
}

function said(plan: PlanDocument, models: number): string {
  const text = TEXT.plan;
  const { status, objective, chanceToFit, unplaced } = plan;
  const placed = models - unplaced.length;
  const how = {
    optimal: text.optimal,
    feasible: text.feasible(percent(objective.gap)),
    infeasible: text.infeasible(placed, models),
  }[status];
  return [
    how,
    ...(placed > 0
      ? [text.share(percent(objective.value)), text.chance(exactly(chanceToFit))]
      : []),
  ].join(" ");
}

/** A chance is never rounded up to certainty. */
function exactly(chance: number): string {
  return `${(Math.floor(chance * 10_000) / 100).toFixed(2)} %`;
}
