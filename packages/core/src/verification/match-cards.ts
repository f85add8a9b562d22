import type { PlanDocument, PlanGpu } from "../documents/plan-document.ts";
import type {
  InventoryDocument,
  InventoryGpu,
  InventoryHost,
} from "../inventory/inventory-document.ts";

/** Where a card of the plan is today. */
export interface FoundCard {
  readonly host: InventoryHost;
  readonly gpu: InventoryGpu;
}

export interface MatchedCards {
  /** By the plan's id; missing where the card is not there. */
  readonly cards: ReadonlyMap<string, FoundCard>;
  /** Hosts of the plan of which the inventory says nothing. */
  readonly strangers: readonly string[];
}

/**
 * The plan's cards in an inventory: by UUID wherever it is, and by host and index where the plan has no UUID, or the
 * inventory none. One host on both sides is the same host whatever it is called.
 */
export function matchCards(plan: PlanDocument, inventory: InventoryDocument): MatchedCards {
  const hosts = hostsOf(plan, inventory);
  const byUuid = new Map(
    inventory.hosts.flatMap((host) =>
      host.gpus.flatMap((gpu) =>
        gpu.uuid === undefined ? [] : [[gpu.uuid, { host, gpu }] as const],
      ),
    ),
  );
  const found = plan.gpus.flatMap((gpu) => {
    const card = byUuid.get(gpu.uuid ?? "") ?? atPlace(gpu, hosts.get(gpu.host));
    return card === undefined ? [] : [[gpu.id, card] as const];
  });
  const names = [...new Set(plan.gpus.map(({ host }) => host))];
  return {
    cards: new Map(found),
    strangers: names.filter((name) => !hosts.has(name)),
  };
}

/** The card in the place that the plan says, unless both have UUIDs: then that is another card. */
function atPlace(planned: PlanGpu, host: InventoryHost | undefined): FoundCard | undefined {
  const gpu = host?.gpus.find(({ index }) => index === planned.index);
  const isOther = planned.uuid !== undefined && gpu?.uuid !== undefined;
  return host === undefined || gpu === undefined || isOther ? undefined : { host, gpu };
}

/** The inventory's hosts by the plan's names for them. */
export function hostsOf(
  plan: PlanDocument,
  inventory: InventoryDocument,
): ReadonlyMap<string, InventoryHost> {
  const names = [...new Set(plan.gpus.map(({ host }) => host))];
  const [only, ...more] = inventory.hosts;
  const byName = new Map(inventory.hosts.map((host) => [host.name, host]));
  if (names.length === 1 && only !== undefined && more.length === 0) {
    return new Map([[names[0] ?? "", only]]);
  }
  return new Map(
    names.flatMap((name) => {
      const host = byName.get(name);
      return host === undefined ? [] : [[name, host] as const];
    }),
  );
}
