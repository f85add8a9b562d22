import type { FleetGpu } from "../hardware/fleet.ts";
import { type GpuSpec, hasPeersOutOfTheBox } from "../hardware/gpu.ts";

/** What the catalogue says of a fleet's card. */
export function catalogGpu(
  host: string,
  index: number,
  spec: GpuSpec,
): Omit<FleetGpu, "memory" | "usedByOthers" | "reserve"> {
  return {
    id: `${host}:${index}`,
    host,
    index,
    catalogId: spec.id,
    name: spec.name,
    computeCapability: spec.computeCapability,
    powerW: Math.ceil(spec.boardPowerW.value),
    // a bridge counts only when the topology shows it
    peerToPeer: hasPeersOutOfTheBox(spec) ? spec.peerToPeer : "none",
  };
}
