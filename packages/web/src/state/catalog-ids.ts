import type { PlannerClient } from "../worker/planner-client.ts";

/** Whether the catalogue has a model of this id or alias, whatever the case of its letters. */
export type IsKnown = (model: string) => boolean;

/** What the worker knows of the catalogue: the page may not have heard of it yet. */
export async function knownModels(worker: PlannerClient): Promise<IsKnown> {
  const { models } = await worker.ask("catalog", undefined);
  const ids = new Set(
    models.flatMap(({ id, aliases }) => [id, ...aliases]).map((id) => id.toLowerCase()),
  );
  return (model) => ids.has(model.toLowerCase());
}
