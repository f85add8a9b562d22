import { gpuById, gpuIds } from "../../catalog/catalog.ts";
import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import type { GpuSpec } from "../../hardware/gpu.ts";
import { InputError, shown } from "../../report/errors.ts";
import { closest } from "../../report/suggest.ts";
import { bytes } from "../../units/units.ts";
import { catalogGpu } from "../catalog-gpu.ts";
import type { FleetChange } from "./fleet-change.ts";

/** The cards after the changes, one after another. Throws an InputError for a card or a host that there isn't. */
export function changeCards(fleet: Fleet, changes: readonly FleetChange[]): Fleet {
  const changed = changes.reduce(changeOne, fleet);
  if (changed.gpus.length === 0) {
    throw new InputError({ file: "--remove" }, "expected at least one card to be left, got none");
  }
  return changed;
}

function changeOne(fleet: Fleet, change: FleetChange): Fleet {
  switch (change.kind) {
    case "add":
      return added(fleet, change);
    case "remove":
      return removed(fleet, change.id);
    case "swap":
      return swapped(fleet, change);
    case "scale-rate":
      return fleet;
    default:
      return change satisfies never;
  }
}

function added(fleet: Fleet, change: Extract<FleetChange, { readonly kind: "add" }>): Fleet {
  const spec = cardOf("--add", change.gpu);
  const host = change.host ?? largestHost(fleet);
  const mates = fleet.gpus.filter((gpu) => gpu.host === host);
  const first = 1 + Math.max(-1, ...mates.map(({ index }) => index));
  const cards = Array.from({ length: change.count }, (_, i) =>
    newCard(host, first + i, { spec, mates }),
  );
  return { ...fleet, gpus: [...fleet.gpus, ...cards] };
}

/** The first of those that have most. */
function largestHost({ gpus }: Fleet): string {
  const hosts = [...new Set(gpus.map(({ host }) => host))];
  const count = (host: string) => gpus.filter((gpu) => gpu.host === host).length;
  return hosts.reduce((most, host) => (count(host) > count(most) ? host : most), hosts[0] ?? "new");
}

/** With the labels that all cards of its host have, and the least that one of them keeps free. */
function newCard(
  host: string,
  index: number,
  { spec, mates }: { readonly spec: GpuSpec; readonly mates: readonly FleetGpu[] },
): FleetGpu {
  const [first] = mates;
  const labels = (first?.labels ?? []).filter((label) =>
    mates.every((mate) => mate.labels?.includes(label)),
  );
  return {
    ...catalogGpu(host, index, spec),
    memory: spec.cudaVisible.value,
    usedByOthers: bytes(0),
    reserve: bytes(first === undefined ? 0 : Math.min(...mates.map(({ reserve }) => reserve))),
    ...(labels.length === 0 ? {} : { labels }),
  };
}

function removed(fleet: Fleet, id: string): Fleet {
  known("--remove", fleet, id);
  return {
    ...fleet,
    gpus: fleet.gpus.filter((gpu) => gpu.id !== id),
    links: linksWithout(fleet, id),
  };
}

/** Another card in the same place: what its links were says nothing of it. */
function swapped(
  fleet: Fleet,
  { id, gpu: wanted }: Extract<FleetChange, { readonly kind: "swap" }>,
): Fleet {
  const old = known("--swap", fleet, id);
  const spec = cardOf("--swap", wanted);
  const { reserve, labels } = old;
  const next: FleetGpu = {
    ...newCard(old.host, old.index, { spec, mates: [] }),
    id,
    reserve,
    ...(labels === undefined ? {} : { labels }),
  };
  return {
    ...fleet,
    gpus: fleet.gpus.map((gpu) => (gpu.id === id ? next : gpu)),
    links: linksWithout(fleet, id),
  };
}

function linksWithout({ links }: Fleet, id: string): Fleet["links"] {
  return links.filter(({ a, b }) => a !== id && b !== id);
}

function known(flag: string, { gpus }: Fleet, id: string): FleetGpu {
  const found = gpus.find((gpu) => gpu.id === id);
  if (found === undefined) {
    const ids = gpus.map((gpu) => gpu.id);
    const list =
      ids.length > MOST_LISTED ? `${ids.slice(0, MOST_LISTED).join(", ")}, …` : ids.join(", ");
    throw new InputError(
      { file: flag },
      `expected a card of the fleet (${list}), got ${shown(id)}`,
    );
  }
  return found;
}

const MOST_LISTED = 16;

function cardOf(flag: string, id: string): GpuSpec {
  const spec = gpuById(id);
  if (spec === undefined) {
    const near = closest(id, gpuIds());
    throw new InputError(
      { file: flag },
      `expected a GPU of the catalogue, got ${shown(id)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  return spec;
}
