import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Steps } from "../large/steps.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { Packed } from "../packing-search.ts";
import { dive } from "./dive.ts";
import { Domain } from "./domain.ts";
import { mostBroken, sizesIn, WHOLE } from "./most-broken.ts";
import { type PackedCounts, packCounts, waysInTheWay } from "./pack-counts.ts";
import { mostPaid } from "./paid.ts";
import type { Measure, Question } from "./question.ts";
import { Relaxation } from "./relaxation.ts";
import { amountOf, type Listed, listWays, replicasIn } from "./ways.ts";

export interface Branched {
  readonly found: readonly Packed[] | undefined;
  /** Whether nothing was found because there is nothing. */
  readonly isNone: boolean;
}

/** Deeper parts are left: every part is on the stack while its own are looked at. Most questions end at a depth of 40. */
const DEEPEST = 250;

/** Rounds of the programme without which a question is not worth asking: about what one takes to be refuted at first sight. */
const LEAST_ROUNDS = 20;

/**
 * Branch and price: how many replicas are run by which way is branched on, patterns of cards are priced in, and what
 * the prices prove cuts branches off (Barnhart et al., "Branch-and-price", 1998). Where all ways are chosen the search
 * over cards says whether they fit. Ends with the first layout, or at `until`, though not before a fair try.
 */
export function* branchAndPrice(
  at: { readonly fleet: FleetIndex; readonly effort: Effort; readonly open: OpenProgram },
  question: Question,
  until: number,
): Steps<Branched> {
  if (at.effort.left === 0) {
    return { found: undefined, isNone: false };
  }
  const listed = listWays(at.fleet, question);
  const relaxation = new Relaxation(listed, at);
  // a dive makes one replica whole in a round, and has found nothing where it is broken off
  const fairTry = LEAST_ROUNDS + replicasIn(listed);
  const atLeast = at.effort.nodes + fairTry * relaxation.size;
  const tree = new Tree({ ...at, listed, relaxation, until: Math.max(until, atLeast) });
  try {
    yield* tree.start();
    const { found, isCut } = tree;
    return { found, isNone: found === undefined && !isCut };
  } finally {
    relaxation.close();
  }
}

class Tree {
  found: Branched["found"];
  /** Whether some part was left without having looked everywhere. */
  isCut = false;
  private readonly listed: Listed;
  private readonly relaxation: Relaxation;
  private readonly effort: Effort;
  private readonly until: number;
  private readonly domain: Domain;
  private readonly sizes: readonly number[];
  private depth = 0;

  constructor(at: {
    readonly listed: Listed;
    readonly relaxation: Relaxation;
    readonly effort: Effort;
    readonly until: number;
  }) {
    this.listed = at.listed;
    this.relaxation = at.relaxation;
    this.effort = at.effort;
    this.until = at.until;
    this.domain = new Domain(at.listed);
    this.sizes = sizesIn(at.listed);
  }

  /** Dives first, which finds layouts soonest and, where it doesn't, leaves patterns of use; then looks everywhere. */
  *start(): Steps<void> {
    const { relaxation, domain, until } = this;
    const counts = yield* dive(relaxation, domain, until);
    if (counts === undefined || !this.isWorthTrying(counts) || this.pack(counts).kind !== "found") {
      this.isCut = false;
      domain.least.forEach((_, position) => {
        this.limit(position, { ...this.boundsOf(position), least: 0 });
      });
      yield* this.descend();
    }
  }

  /** Looks at the domain as it is; true where there is nothing more to look for. */
  *descend(): Steps<boolean> {
    if (this.depth >= DEEPEST) {
      this.isCut = true;
      return this.isOut;
    }
    this.depth += 1;
    const isOver = yield* this.look();
    this.depth -= 1;
    return isOver;
  }

  private *look(): Steps<boolean> {
    yield undefined;
    const taken = this.relaxation.solve(this.domain, this.until);
    if (typeof taken === "string") {
      this.isCut ||= taken === "unknown";
      return this.isOut;
    }
    const position = mostBroken(taken, this.sizes);
    if (position < 0) {
      return yield* this.settle(taken.map(Math.round));
    }
    const value = taken[position] ?? 0;
    const below = Math.floor(value + WHOLE);
    const bounds = this.boundsOf(position);
    const parts: Part[] = [
      [bounds.least, below],
      [below + 1, bounds.most],
    ];
    return yield* this.eachPart(position, value - below > 0.5 ? parts.reverse() : parts);
  }

  /** Everything is chosen: tries it, then what differs from it. */
  private *settle(counts: Float64Array): Steps<boolean> {
    const chosen = [...counts.subarray(0, this.domain.groups)];
    const isNew = this.isWorthTrying(chosen);
    const packed = isNew ? this.pack(chosen) : undefined;
    if (packed?.kind === "found") {
      return true;
    }
    return packed?.kind === "none"
      ? yield* this.eachWithout(chosen)
      : yield* this.eachOther(chosen);
  }

  /** Whether a layout with these counts would be an answer. */
  private isWorthTrying(counts: readonly number[]): boolean {
    const { question } = this.listed;
    const amountIn = (measure: Measure): number => amountOf(this.listed, counts, measure);
    return question.limits.every(({ measure, most }) => amountIn(measure) <= most);
  }

  private pack(counts: readonly number[]): PackedCounts {
    const { effort, mostPaid } = this;
    const packed = packCounts(this.listed, counts, { effort, mostPaid });
    this.isCut ||= packed.kind === "unknown";
    if (packed.kind === "found") {
      this.found = packed.packed;
    }
    return packed;
  }

  /** What has no room has none with more beside it: each part has less of something that is in the way. */
  private *eachWithout(counts: readonly number[]): Steps<boolean> {
    const { listed, effort, mostPaid, domain } = this;
    const inTheWay = waysInTheWay(listed, counts, { effort, mostPaid });
    const before = inTheWay.map((way) => this.boundsOf(way));
    let isOver = false;
    for (const [i, way] of inTheWay.entries()) {
      const count = counts[way] ?? 0;
      const { least, most } = before[i] ?? { least: 0, most: 0 };
      if (least < count) {
        isOver = yield* this.part(way, { least, most: count - 1 }, isOver);
      }
      this.limit(way, { least: Math.max(least, count), most });
    }
    inTheWay.forEach((way, i) => {
      this.limit(way, before[i] ?? { least: 0, most: domain.most[way] ?? 0 });
    });
    return isOver || this.isOut;
  }

  /** Each other count of the first way or state that is taken and open, then the same with the others. */
  private *eachOther(counts: readonly number[]): Steps<boolean> {
    const position = counts.findIndex((count, i) => count > 0 && this.domain.isOpen(i));
    if (position < 0) {
      return this.isOut;
    }
    const { least, most } = this.boundsOf(position);
    const count = counts[position] ?? 0;
    return yield* this.eachPart(position, [
      [least, count - 1],
      [count + 1, most],
      [count, count],
    ]);
  }

  /** What the cards in use may count for, where they count. */
  private get mostPaid(): number | undefined {
    const { fleet, question } = this.listed;
    return mostPaid(fleet, question.limits);
  }

  private *eachPart(position: number, parts: readonly Part[]): Steps<boolean> {
    const before = this.boundsOf(position);
    let isOver = false;
    for (const [least, most] of parts) {
      if (least <= most) {
        isOver = yield* this.part(position, { least, most }, isOver);
      }
    }
    this.limit(position, before);
    return isOver;
  }

  /** One part, unless the search is over: what is then left was not looked at. */
  private *part(position: number, bounds: Bounds, isOver: boolean): Steps<boolean> {
    if (isOver) {
      this.isCut = true;
      return true;
    }
    this.limit(position, bounds);
    return yield* this.descend();
  }

  private limit(position: number, { least, most }: Bounds): void {
    this.domain.least[position] = least;
    this.domain.most[position] = most;
    this.relaxation.limit(this.domain, position);
  }

  private boundsOf(position: number): Bounds {
    const { least, most } = this.domain;
    return { least: least[position] ?? 0, most: most[position] ?? 0 };
  }

  private get isOut(): boolean {
    return this.effort.left === 0 || this.effort.nodes >= this.until;
  }
}

/** Values from the first to the last. */
type Part = readonly [number, number];

interface Bounds {
  readonly least: number;
  readonly most: number;
}
