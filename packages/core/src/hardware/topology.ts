import type { Fleet, FleetGpu } from "./fleet.ts";

/**
 * Whether every pair of these cards can read each other's memory directly. One card alone can.
 * Where no link was printed, the cards' own ability decides: NVLink needs a printed link.
 */
export function hasPeerToPeer(fleet: Fleet, gpus: readonly FleetGpu[]): boolean {
  return gpus.every((a, i) => gpus.slice(i + 1).every((b) => pairHasPeerToPeer(fleet, a, b)));
}

function pairHasPeerToPeer(fleet: Fleet, a: FleetGpu, b: FleetGpu): boolean {
  if (a.host !== b.host) {
    return false;
  }
  const link = fleet.links.find(
    (l) => (l.a === a.id && l.b === b.id) || (l.a === b.id && l.b === a.id),
  );
  return link?.peerToPeer ?? (a.peerToPeer === "pcie" && b.peerToPeer === "pcie");
}
