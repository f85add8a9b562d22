import { type PlanDocument, readInventoryDocument, readPlanDocument } from "@berth/core";
import { madeFromOf } from "@berth/core/changes";
import { UsageError } from "../usage-error.ts";
import { NO_HOSTS } from "./fleet-cards.ts";
import type { FleetText, PlanReaders } from "./plan-fleet-text.ts";
import type { FleetRequest } from "./solve-fleet.ts";

/** A plan file as the fleet file that it was made from. */
export interface PlanAsFleet {
  readonly from: PlanDocument;
  readonly fleet: FleetText;
  readonly readers: PlanReaders;
}

/**
 * The fleet file and the inventory that a plan holds, as if they were files; an inventory that is asked for stands for
 * its own. As for `berth capacity`, models are relative to where berth runs and traces to the plan. Throws an
 * InputError for a plan that holds no fleet file.
 */
export function planAsFleet(
  { file, text, folder }: FleetText,
  { sources, topology }: Pick<FleetRequest, "sources" | "topology">,
  { readers, cwd }: { readonly readers: PlanReaders; readonly cwd: string },
): PlanAsFleet {
  const from = readPlanDocument(file, text);
  const { fleet, inventory } = madeFromOf(file, from);
  if (sources.length === 0 && topology !== undefined) {
    throw new UsageError("--topology goes with --inventory where a plan says what the hosts have");
  }
  const place = `${file}, madeFrom`;
  const had =
    inventory === undefined
      ? NO_HOSTS
      : readInventoryDocument(`${place}.inventory`, JSON.stringify(inventory));
  const { traces } = readers;
  return {
    from,
    fleet: { file: `${place}.fleet`, text: JSON.stringify(fleet), folder: cwd },
    readers: {
      ...readers,
      ...(sources.length === 0
        ? { cards: async (written) => ({ fleet: written, inventory: had }) }
        : {}),
      ...(traces === undefined ? {} : { traces: (_, names) => traces(folder, names) }),
    },
  };
}
