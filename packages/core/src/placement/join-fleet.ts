import type { Fleet } from "../hardware/fleet.ts";
import { linkWeakness } from "../hardware/link-weakness.ts";
import type { Candidate } from "./candidate.ts";
import { cardClasses } from "./card-classes.ts";
import type { Enumeration } from "./enumerate.ts";
import { enumerateOnce } from "./enumerate-once.ts";
import { FreeRoom } from "./free-room.ts";
import { hostLimits } from "./host-limit.ts";
import { leastLinksIn } from "./least-links.ts";
import { type PlacedReplica, peersIn, placedReplica } from "./place-fleet.ts";
import type { PlannedModel } from "./planned-model.ts";
import { leastEach } from "./survive.ts";
import { twinsOf } from "./twin-hosts.ts";
import type { Work } from "./work.ts";

/** Who stays where it is on a fleet, and who is to find room beside. */
export interface Joining {
  readonly fleet: Fleet;
  readonly kept: readonly PlacedReplica[];
  /** Each gets its least. */
  readonly newcomers: readonly PlannedModel[];
  /** Where pricing is counted; not at all unless given. */
  readonly work?: Work;
}

/**
 * The newcomers' replicas in the room that the others leave, as far as a quick look finds it. Nobody who stays loses
 * anything, and no host is asked for more power or disk than it has. Undefined proves nothing.
 */
export function joinFleet({
  fleet,
  kept,
  newcomers,
  work,
}: Joining): readonly PlacedReplica[] | undefined {
  const classes = cardClasses(fleet, newcomers);
  const twins = twinsOf(classes, fleet.links);
  const room = new FreeRoom({ classes, twins, kept, limits: hostLimits(fleet).hosts ?? [] });
  const unlike = classes.filter(({ id }) => twins.get(id) === id);
  const leastLinks = leastLinksIn(linkWeakness(fleet.links));
  const place = {
    classes: unlike,
    links: fleet.links,
    peersOf: peersIn(fleet),
    leastLinks,
    work,
    isQuick: true,
  };
  const joined: PlacedReplica[] = [];
  for (const model of newcomers) {
    const own = claimAll(model, enumerateOnce(model, place), { room, fleet });
    if (own === undefined) {
      return undefined;
    }
    joined.push(...own);
  }
  return joined;
}

function claimAll(
  model: PlannedModel,
  { candidates }: Enumeration,
  { room, fleet }: { readonly room: FreeRoom; readonly fleet: Fleet },
): readonly PlacedReplica[] | undefined {
  const sequences = Math.max(1, leastEach(model));
  const ways = [...candidates.values()]
    .filter(({ option }) => sequences <= option.mostSequences)
    .sort((a, b) => a.option.preference - b.option.preference || bytesOf(a) - bytesOf(b));
  const replicas: PlacedReplica[] = [];
  for (let replica = 0; replica < model.replicas; replica += 1) {
    const own = claimOne(model, ways, { room, fleet, replica, sequences });
    if (own === undefined) {
      return undefined;
    }
    replicas.push(own);
  }
  return replicas;
}

function claimOne(
  model: PlannedModel,
  ways: readonly Candidate[],
  at: {
    readonly room: FreeRoom;
    readonly fleet: Fleet;
    readonly replica: number;
    readonly sequences: number;
  },
): PlacedReplica | undefined {
  const { replica, sequences } = at;
  for (const way of ways) {
    const cards = at.room.claim(model, way.option, sequences);
    if (cards !== undefined) {
      const assignment = { model: model.name, replica, option: way.option.id, cards, sequences };
      return placedReplica(way, assignment, at.fleet);
    }
  }
  return undefined;
}

function bytesOf({ option }: Candidate): number {
  return option.stages.reduce((sum, { ranks, fixed }) => sum + ranks * fixed, 0);
}
