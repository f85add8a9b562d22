import { resolve } from "node:path";
import {
  type FleetFile,
  InputError,
  type InventoryDocument,
  type PlanDocument,
  readInventoryDocument,
  shown,
} from "@berth/core";
import { NO_HOSTS, ownSources, withSources } from "../commands/fleet-cards.ts";
import { type FleetCards, planFleetText } from "../commands/plan-fleet-text.ts";
import { readInventory } from "../io/inventory-sources.ts";
import type { PlanBody } from "./bodies.ts";
import { folderModels } from "./folder-models.ts";
import { folderTraces } from "./folder-traces.ts";
import { realInside } from "./inside-folder.ts";
import { readServedInventory, type ServedPlace, servedTerminal } from "./served-place.ts";

/** The plan of a fleet file's text: what berth plan makes of it, with files of the folder only. */
export function planServed(
  { fleet, inventory, nodes, seed }: PlanBody,
  place: ServedPlace,
  signal: AbortSignal,
): Promise<PlanDocument> {
  const folder = resolve(place.root, place.fleetFolder);
  return planFleetText(
    { file: place.fleetName, text: fleet, folder },
    { nodes, seed },
    {
      cards: (written) => cardsOf(written, inventory, { place, folder, signal }),
      models: folderModels(place),
      traces: (beside, names) => folderTraces(place, beside, names),
      watch: () => ({ signal, pause: nextTurn }),
    },
  );
}

/** Lets what came in meanwhile be heard: that nobody waits for the plan any more. */
function nextTurn(): Promise<void> {
  return new Promise((done) => {
    setImmediate(done);
  });
}

interface Asking {
  readonly place: ServedPlace;
  readonly folder: string;
  readonly signal: AbortSignal;
}

async function cardsOf(
  written: FleetFile,
  given: PlanBody["inventory"],
  asking: Asking,
): Promise<FleetCards> {
  const { place, signal } = asking;
  if (given === undefined) {
    return { fleet: written, inventory: await ownInventory(written, asking) };
  }
  if (given !== "live") {
    const inventory = readInventoryDocument("inventory", JSON.stringify(given));
    return { fleet: withSources(written, ["inventory"]), inventory };
  }
  const inventory = await readServedInventory(place, signal);
  return { fleet: withSources(written, place.sources), inventory };
}

async function ownInventory(
  fleet: FleetFile,
  { place, folder, signal }: Asking,
): Promise<InventoryDocument> {
  const { fleetName } = place;
  const sources = ownSources(fleetName, fleet);
  for (const source of sources) {
    await refuseForeign(source, { place, folder });
  }
  const { topology } = fleet;
  if (topology !== undefined) {
    await realInside(place, resolve(folder, topology), topology);
  }
  return sources.length === 0
    ? NO_HOSTS
    : readInventory({ sources, topology, folder, signal }, servedTerminal(place));
}

/** A fleet file may come from anywhere: it must not make this machine ask hosts, or read files, that the user did not name. */
async function refuseForeign(
  source: string,
  { place, folder }: Pick<Asking, "place" | "folder">,
): Promise<void> {
  const file = place.fleetName;
  if (source === "-") {
    throw new InputError({ file, key: "inventory" }, "expected no stdin (-) in berth serve");
  }
  if (source.startsWith("ssh:")) {
    if (!place.sources.includes(source)) {
      throw new InputError(
        { file, key: "inventory" },
        `expected a host that berth serve was started with (--inventory ${source}), got ${shown(source)}`,
      );
    }
  } else if (source !== "local") {
    await realInside(place, resolve(folder, source), source);
  }
}
