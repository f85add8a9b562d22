import type { FleetGpu, FleetLink, LinkKind } from "../hardware/fleet.ts";
import { endsOf, linksByEnds } from "../hardware/link-weakness.ts";
import { pairPeers } from "../hardware/topology.ts";
import { fleetOf } from "./fleet.ts";
import type { PlanInput } from "./plan-problem.ts";

/** How two cards of a group are joined. */
export interface CardLink {
  readonly a: string;
  readonly b: string;
  /** As `nvidia-smi topo -m` names it; "unknown" where it printed nothing, "network" between two hosts. */
  readonly kind: LinkKind | "unknown" | "network";
  /** NVLinks of the pair; 0 without. */
  readonly nvlinks: number;
  /** They read each other's memory; without it, what they exchange goes through the host's. */
  readonly peerToPeer: boolean;
}

/**
 * The links between the cards of each group, by ids: every pair once, in the order of the group. Cards that the
 * fleet does not have are left out. Throws an InputError for a fleet that can't be read.
 */
export function groupLinks(
  { file, fleet: written, inventory }: Pick<PlanInput, "file" | "fleet" | "inventory">,
  groups: readonly (readonly string[])[],
): readonly (readonly CardLink[])[] {
  const fleet = fleetOf(file, written, inventory);
  const cards = new Map(fleet.gpus.map((gpu) => [gpu.id, gpu]));
  const links = linksByEnds(fleet.links);
  return groups.map((ids) => {
    const own = ids.flatMap((id) => cards.get(id) ?? []);
    return own.flatMap((a, place) =>
      own.slice(place + 1).map((b) => linkOf(links.get(endsOf(a.id, b.id)), a, b)),
    );
  });
}

function linkOf(link: FleetLink | undefined, a: FleetGpu, b: FleetGpu): CardLink {
  const unprinted = a.host === b.host ? "unknown" : "network";
  return {
    a: a.id,
    b: b.id,
    kind: link?.kind ?? unprinted,
    nvlinks: link?.nvlinks ?? 0,
    peerToPeer: pairPeers(link, a, b),
  };
}
