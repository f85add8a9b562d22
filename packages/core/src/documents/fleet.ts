import { gpuById, gpuIds } from "../catalog/catalog.ts";
import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import type { InventoryDocument } from "../inventory/inventory-document.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import { parseBytes } from "../units/parse.ts";
import { type Bytes, bytes } from "../units/units.ts";
import { catalogGpu } from "./catalog-gpu.ts";
import type { FleetFile, FleetFileHost, FleetPolicy } from "./fleet-file-types.ts";
import { fleetFromInventory, leftOut } from "./fleet-from-inventory.ts";

/**
 * The cards that a fleet file plans for: those of its `hosts`, or those of an inventory. Throws an
 * InputError for a card of which nothing is known, and where there is no card at all.
 */
export function fleetOf(
  file: string,
  fleet: FleetFile,
  inventory: InventoryDocument | undefined,
): Fleet {
  const reserve = reserveOf(file, fleet.policy);
  const built =
    fleet.hosts === undefined
      ? fleetFromInventory(file, inventory, { reserve, policy: fleet.policy })
      : fromHosts(file, fleet.hosts, reserve);
  if (built.gpus.length === 0) {
    throw new InputError(
      { file },
      `expected at least one GPU to plan for, got none${leftOut(inventory)}`,
    );
  }
  return built;
}

function reserveOf(file: string, policy: FleetPolicy | undefined): Bytes {
  const reserve = policy?.reserve === undefined ? bytes(0) : parseBytes(policy.reserve);
  if (reserve === undefined) {
    throw new InputError(
      { file, key: "policy.reserve" },
      `expected memory with its unit such as "512 MiB", got ${shown(policy?.reserve)}`,
    );
  }
  return reserve;
}

/** Most cards that a fleet file may name; 4,000 are the largest fleets that are planned for. */
const MOST_CARDS = 100_000;

function fromHosts(file: string, hosts: readonly FleetFileHost[], reserve: Bytes): Fleet {
  const twin = hosts.findIndex(
    ({ name }, i) => hosts.findIndex((other) => other.name === name) !== i,
  );
  if (twin >= 0) {
    throw new InputError(
      { file, key: `hosts[${twin}].name` },
      `expected a name of its own, got ${shown(hosts[twin]?.name)} a second time`,
    );
  }
  const total = hosts.flatMap((host) => host.gpus).reduce((sum, { count = 1 }) => sum + count, 0);
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
  const specs = host.gpus.flatMap(({ gpu, count = 1 }, i) => {
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
