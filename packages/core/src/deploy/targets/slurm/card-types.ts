import type { PlanGpu } from "../../../documents/plan-document.ts";
import type { Job } from "./jobs.ts";

/** The name of a kind of card in gres.conf: the catalogue's, letters and digits only. */
export function cardType({ catalogId }: Pick<PlanGpu, "catalogId">): string {
  return catalogId.toLowerCase().replace(/[^a-z0-9]+/g, "") || "gpu";
}

/** What --gres asks for on a node: how many cards of each kind. */
export function cardTypes(cards: readonly PlanGpu[]): string {
  const types = [...new Set(cards.map(cardType))].sort();
  return types
    .map((type) => `gpu:${type}:${cards.filter((card) => cardType(card) === type).length}`)
    .join(",");
}

/**
 * True where the job must run on the plan's own host: Slurm lists the cards in the host's order, and
 * only there is it known which of them are of which kind.
 */
export function needsNode({ nodes }: Pick<Job, "nodes">): boolean {
  return nodes.some((cards) => new Set(cards.map(cardType)).size > 1);
}
