import { gpuById, gpuIds } from "../catalog/catalog.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import { type Bytes, bytes } from "../units/units.ts";
import { catalogGpu } from "./catalog-gpu.ts";
import type { FleetFile, FleetFileHost } from "./fleet-file-types.ts";
import { fleetFromInventory, leftOut } from "./fleet-from-inventory.ts";
import { memoryIn, withHostSettings } from "./host-settings.ts";

/**
 * The cards that a fleet file plans for: those of its `hosts`, or those of an inventory. Throws an
 * InputError for a card of which nothing is known, and where there is no card at all.
 */
export function fleetOf(
  file: string,
  fleet: FleetFile,
  inventory: InventoryDocument | undefined,
): Fleet {
  const reserve =
    fleet.policy?.reserve === undefined
      ? bytes(0)
      : memoryIn(file, "policy.reserve", fleet.policy.reserve);
  const hosts = fleet.hosts ?? [];
  refuseTwins(file, hosts);
  const built = listsCards(fleet)
    ? fromHosts(file, hosts, reserve)
    : fleetFromInventory(file, inventory, { reserve, policy: fleet.policy });
  if (built.gpus.length === 0) {
    throw new InputError(
      { file },
      `expected at least one GPU to plan for, got none${leftOut(inventory)}`,
    );
  }
  return withHostSettings(file, hosts, built);
}

/** Whether the fleet file says itself which cards its hosts have, so that no inventory is needed. */
export function listsCards({ hosts = [] }: FleetFile): boolean {
  return hosts.some(({ gpus }) => gpus !== undefined);
}

/** Most cards that a fleet file may name; 4,000 are the largest fleets that are planned for. */
const MOST_CARDS = 100_000;

function refuseTwins(file: string, hosts: readonly FleetFileHost[]): void {
  const twin = hosts.findIndex(
    ({ name }, i) => hosts.findIndex((other) => other.name === name) !== i,
  );
  if (twin >= 0) {
    throw new InputError(
      { file, key: `hosts[${twin}].name` },
      `expected a name of its own, got ${shown(hosts[twin]?.name)} a second time`,
    );
  }
}

function fromHosts(file: string, hosts: readonly FleetFileHost[], reserve: Bytes): Fleet {
  const bare = hosts.findIndex(({ gpus }) => gpus === undefined);
  if (bare >= 0) {
    throw new InputError(
      { file, key: `hosts[${bare}].gpus` },
      "expected the host's cards, as other hosts have them; or an inventory, and no host with cards of its own",
    );
  }
  const total = hosts
    .flatMap((host) => host.gpus ?? [])
    .reduce((sum, { count = 1 }) => sum + count, 0);
  if (total > MOST_CARDS) {
    throw new InputError(
      { file, key: "hosts" },
      `expected at most ${MOST_CARDS} cards, got ${total}`,
    );
  }
  return {
    gpus: hosts.flatMap((host, i) => hostGpus(file, `hosts[${i}]`, { host, reserve })),
    links: [],
  };
}

function hostGpus(
  file: string,
  key: string,
  { host, reserve }: { readonly host: FleetFileHost; readonly reserve: Bytes },
): readonly FleetGpu[] {
  const specs = (host.gpus ?? []).flatMap(({ gpu, count = 1 }, i) => {
    const spec = gpuById(gpu);
    if (spec === undefined) {
      const near = closest(gpu, gpuIds());
      throw new InputError(
        { file, key: `${key}.gpus[${i}].gpu` },
        `expected a GPU of the catalogue, got ${shown(gpu)}${near === undefined ? "" : `; did you mean ${near}?`}`,
      );
    }
    return Array.from({ length: count }, () => spec);
  });
  return specs.map((spec, index) => ({
    ...catalogGpu(host.name, index, spec),
    memory: spec.cudaVisible.value,
    usedByOthers: bytes(0),
    reserve,
  }));
}
