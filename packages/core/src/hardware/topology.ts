import type { Fleet, FleetGpu, FleetLink } from "./fleet.ts";

/**
 * Whether every pair of these cards can read each other's memory directly. One card alone can.
 * Where no link was printed, the cards' own ability decides: NVLink needs a printed link.
 */
export function hasPeerToPeer(fleet: Fleet, gpus: readonly FleetGpu[]): boolean {
  return gpus.every((a, i) => gpus.slice(i + 1).every((b) => pairHasPeerToPeer(fleet, a, b)));
}

function pairHasPeerToPeer(fleet: Fleet, a: FleetGpu, b: FleetGpu): boolean {
  return pairPeers(linkBetween(fleet.links, a.id, b.id), a, b);
}

/** Whether two cards read each other's memory; `link` is what was printed of the way between them, if anything was. */
export function pairPeers(link: FleetLink | undefined, a: FleetGpu, b: FleetGpu): boolean {
  return (
    a.host === b.host && (link?.peerToPeer ?? (a.peerToPeer === "pcie" && b.peerToPeer === "pcie"))
  );
}

function linkBetween(links: readonly FleetLink[], a: string, b: string): FleetLink | undefined {
  return links.find((l) => (l.a === a && l.b === b) || (l.a === b && l.b === a));
}
