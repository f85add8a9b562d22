import type { Move, PlanDocument } from "@berth/core";
import { changeModel } from "./fleet-edits.ts";

/**
 * The fleet with a model pinned to the cards that its ranks are on, but for the one that moves. The solver then
 * works around it; with several ranks it may still swap them among these cards.
 */
export function pinMoved(
  fleet: string,
  plan: PlanDocument,
  { model, replica, rank, to }: Move,
): string {
  const cards = plan.deployments
    .filter((deployment) => deployment.model === model)
    .flatMap((deployment) =>
      deployment.ranks.map((each) =>
        deployment.replica === replica && each.rank === rank ? to : each.gpu,
      ),
    );
  return pinTo(fleet, model, [...new Set(cards)].sort(byCard));
}

/** The fleet with a model pinned to cards, hosts or kinds of cards; none lets Berth choose again. */
export function pinTo(fleet: string, model: string, pins: readonly string[]): string {
  return changeModel(fleet, model, { gpus: pins.length === 0 ? undefined : pins });
}

/** "box:2" before "box:10". */
function byCard(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
