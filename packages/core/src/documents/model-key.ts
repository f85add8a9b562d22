import type { FleetModel } from "./fleet-file-types.ts";

/** By what a model of a fleet file is found among those that were read: with a draft beside it, it is another one. */
export function modelKey({ model, draft }: Pick<FleetModel, "model" | "draft">): string {
  return draft === undefined ? model : `${model}\n${draft}`;
}
