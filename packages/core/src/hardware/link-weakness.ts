import type { FleetGpu, FleetLink, LinkKind } from "./fleet.ts";

/** How weak what joins two cards is; 0 is the strongest, and the network between hosts the weakest. */
export type LinkWeakness = (a: FleetGpu, b: FleetGpu) => number;

/** Looks at the links once. A card with itself is never asked about. */
export function linkWeakness(links: readonly FleetLink[]): LinkWeakness {
  const known = linksByEnds(links);
  return (a, b) => {
    const link = known.get(endsOf(a.id, b.id));
    return link === undefined ? unprinted(a, b) : WEAKNESS[link.kind];
  };
}

/** As `linkWeakness`, but tells apart what is equally weak there: more NVLinks, fewer bridges on the way. Above 0. */
export function linkDistance(links: readonly FleetLink[]): LinkWeakness {
  const known = linksByEnds(links);
  return (a, b) => {
    const link = known.get(endsOf(a.id, b.id));
    return link === undefined
      ? unprinted(a, b) * ONE_WEAKER + (KINDS.length + 1) * ONE_KIND
      : WEAKNESS[link.kind] * ONE_WEAKER + (KINDS.indexOf(link.kind) + 1) * ONE_KIND - link.nvlinks;
  };
}

/**
 * NVLink reaches no other card on its way. Within a NUMA node (PIX, PXB, PHB, NODE) the way is over PCIe and at
 * most one processor's bridges; SYS also crosses the link between processors.
 */
const WEAKNESS: Readonly<Record<LinkKind, number>> = {
  NVLINK: 0,
  PIX: 1,
  PXB: 1,
  PHB: 1,
  NODE: 1,
  SYS: 2,
};

/** A host more than the link between two processors of one. */
const BETWEEN_HOSTS = WEAKNESS.SYS + 1;

/** From near to far, as nvidia-smi's legend lists them. */
const KINDS: readonly LinkKind[] = ["NVLINK", "PIX", "PXB", "PHB", "NODE", "SYS"];
/** Above the NVLinks that one card has; 18 are the most. */
const ONE_KIND = 100;
/** Above any sum of kinds over the pairs of a host: 16 cards have 120 pairs, each of 700 at most. */
const ONE_WEAKER = 2 ** 30;

/** Nothing is known of the way: cards that read each other's memory are taken to be near, others far. */
function unprinted(a: FleetGpu, b: FleetGpu): number {
  if (a.host !== b.host) {
    return BETWEEN_HOSTS;
  }
  const isNear = a.host === b.host && a.peerToPeer === "pcie" && b.peerToPeer === "pcie";
  return isNear ? WEAKNESS.PHB : WEAKNESS.SYS;
}

/** Links by both of their ends, as `endsOf` names them. */
export function linksByEnds(links: readonly FleetLink[]): ReadonlyMap<string, FleetLink> {
  return new Map(links.map((link) => [endsOf(link.a, link.b), link]));
}

/** One name for a pair of cards, whichever comes first. */
export function endsOf(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
