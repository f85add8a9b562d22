import type { Effort } from "../effort.ts";
import type { FleetIndex } from "../fleet-index.ts";
import type { Steps } from "../large/steps.ts";
import type { OpenProgram } from "../linear-program.ts";
import type { Packed } from "../packing-search.ts";
import { dearPatterns } from "./dear-patterns.ts";
import { Domain } from "./domain.ts";
import { isContradictory, type Judged, judge } from "./judge.ts";
import { Master, type MasterAnswer } from "./master.ts";
import { packCounts } from "./pack-counts.ts";
import type { Measure, Question } from "./question.ts";
import { amountOf, type Listed, listWays } from "./ways.ts";

export interface Branched {
  /** The best layout found, and how much of the goal it has. */
  readonly found: { readonly packed: readonly Packed[]; readonly value: number } | undefined;
  /** Whether there is no better one: none at all where nothing was found. */
  readonly isProven: boolean;
}

/** Rounds in which patterns are looked for in one part of the search; most need 2 to 20. */
const MOST_ROUNDS = 100;
/** Above what rounding makes of sums of prices; goals are whole numbers. */
const MARGIN = 1e-6;
const GOAL_MARGIN = 1e-4;
/** Values this close to whole numbers are whole: HiGHS' tolerance is 1e-7. */
const WHOLE = 1e-6;

/**
 * Branch and price: how many replicas are run by which way is branched on, patterns of cards are priced in, and what
 * the prices prove cuts branches off (Barnhart et al., "Branch-and-price", 1998). Where all ways are chosen the search
 * over cards says whether they fit. Only layouts with `most` of the goal or less count.
 */
export function* branchAndPrice(
  at: { readonly fleet: FleetIndex; readonly effort: Effort; readonly open: OpenProgram },
  question: Question,
  limits: { readonly most: number; readonly until: number },
): Steps<Branched> {
  const listed = listWays(at.fleet, question);
  const master = new Master(at.open, listed);
  const tree = new Tree({ ...at, listed, master, ...limits });
  try {
    yield* tree.descend();
    return { found: tree.found, isProven: !tree.isCut };
  } finally {
    master.close();
  }
}

class Tree {
  found: Branched["found"];
  /** Whether some part was left without having looked everywhere. */
  isCut = false;
  private readonly listed: Listed;
  private readonly master: Master;
  private readonly effort: Effort;
  private readonly until: number;
  private readonly domain: Domain;
  private readonly sizes: readonly number[];
  private readonly known = new Set<string>();
  private readonly tried = new Set<string>();
  private most: number;

  constructor(at: {
    readonly listed: Listed;
    readonly master: Master;
    readonly effort: Effort;
    readonly most: number;
    readonly until: number;
  }) {
    this.listed = at.listed;
    this.master = at.master;
    this.effort = at.effort;
    this.until = at.until;
    this.most = at.most;
    this.domain = new Domain(at.listed);
    this.sizes = [
      ...at.listed.ways.map(({ choice }) =>
        choice.runs.reduce((sum, { need, count }) => sum + need * count, 0),
      ),
      ...at.listed.states.map(() => Number.MAX_SAFE_INTEGER),
    ];
  }

  /** Looks at the domain as it is; true where there is nothing more to look for. */
  *descend(): Steps<boolean> {
    yield undefined;
    const taken = this.relax();
    if (taken === undefined) {
      return this.isOut;
    }
    const position = this.mostBroken(taken);
    if (position < 0) {
      return yield* this.settle(taken.map(Math.round));
    }
    const value = taken[position] ?? 0;
    const below = Math.floor(value + WHOLE);
    const { least, most } = this.boundsOf(position);
    const parts: Part[] = [
      [least, below],
      [below + 1, most],
    ];
    return yield* this.eachPart(position, value - below > 0.5 ? parts.reverse() : parts);
  }

  /** Solves the relaxed domain with all patterns that matter; undefined where it holds nothing of use. */
  private relax(): Float64Array | undefined {
    if (isContradictory(this.listed, this.domain)) {
      return undefined;
    }
    for (let round = 0; ; round += 1) {
      if (!this.effort.spend(this.until, this.master.size)) {
        this.isCut = true;
        return undefined;
      }
      const answer = this.master.solve();
      if (!this.hasGoal && answer.cost < MARGIN) {
        return answer.taken;
      }
      const judged = judge(this.listed, this.domain, answer.prices);
      if (this.isBeyond(judged)) {
        return undefined;
      }
      if (
        round >= MOST_ROUNDS ||
        this.isSettled(answer, judged) ||
        !this.addPatterns(answer, judged)
      ) {
        return answer.taken;
      }
    }
  }

  private get hasGoal(): boolean {
    return this.listed.question.goal !== undefined;
  }

  private isBeyond({ bound }: Judged): boolean {
    return bound > this.most + (this.hasGoal ? GOAL_MARGIN : MARGIN);
  }

  /** Whether more patterns can't raise the bound to the next whole number. */
  private isSettled({ cost }: MasterAnswer, { bound }: Judged): boolean {
    return this.hasGoal && Math.ceil(cost - GOAL_MARGIN) <= Math.ceil(bound - GOAL_MARGIN);
  }

  private addPatterns({ prices, cards }: MasterAnswer, judged: Judged): boolean {
    const patterns = dearPatterns(this.listed, { prices, cards, judged, known: this.known });
    this.master.addPatterns(patterns);
    return patterns.length > 0;
  }

  /** The state, else the way of most bytes, that is furthest from a whole number; -1 where all are whole. */
  private mostBroken(taken: Float64Array): number {
    let best = -1;
    let most = 0;
    taken.forEach((value, position) => {
      const part = value - Math.floor(value + WHOLE);
      const broken = Math.min(part, 1 - part) * (this.sizes[position] ?? 0);
      if (part > WHOLE && broken > most) {
        best = position;
        most = broken;
      }
    });
    return best;
  }

  /** Everything is chosen: tries it, then what differs from it. */
  private *settle(counts: Float64Array): Steps<boolean> {
    const chosen = [...counts];
    const key = chosen.join();
    if (!this.tried.has(key)) {
      this.tried.add(key);
      this.tryCounts(chosen);
    }
    if (this.found !== undefined && !this.hasGoal) {
      return true;
    }
    const position = chosen.findIndex((count, i) => count > 0 && this.domain.isOpen(i));
    if (position < 0) {
      return this.isOut;
    }
    const { least, most } = this.boundsOf(position);
    const count = chosen[position] ?? 0;
    return yield* this.eachPart(position, [
      [least, count - 1],
      [count + 1, most],
      [count, count],
    ]);
  }

  private tryCounts(counts: readonly number[]): void {
    const { question } = this.listed;
    const amounts = (measure: Measure): number => amountOf(this.listed, counts, measure);
    const isWithin = question.limits.every(({ measure, most }) => amounts(measure) <= most);
    const value = question.goal === undefined ? 0 : amounts(question.goal);
    if (!isWithin || value > this.most) {
      return;
    }
    const packed = packCounts(this.listed, counts, {
      effort: this.effort,
      mostCards: this.mostCards,
    });
    this.isCut ||= packed.kind === "unknown";
    if (packed.kind === "found") {
      const reached = question.goal?.kind === "cards" ? packed.cards : value;
      this.found = { packed: packed.packed, value: reached };
      this.most = reached - 1;
    }
  }

  /** Cards that may be used, where they count. */
  private get mostCards(): number | undefined {
    const { limits, goal } = this.listed.question;
    const own = limits.filter(({ measure }) => measure.kind === "cards").map(({ most }) => most);
    const all = goal?.kind === "cards" ? [...own, this.most] : own;
    return all.length === 0 ? undefined : Math.min(...all);
  }

  private *eachPart(position: number, parts: readonly Part[]): Steps<boolean> {
    const { domain, master } = this;
    const before = this.boundsOf(position);
    const set = (least: number, most: number) => {
      domain.least[position] = least;
      domain.most[position] = most;
      master.limit(domain, [position]);
    };
    for (const [least, most] of parts) {
      if (least <= most) {
        set(least, most);
        const isOver = yield* this.descend();
        set(before.least, before.most);
        if (isOver) {
          return true;
        }
      }
    }
    return false;
  }

  private boundsOf(position: number): { readonly least: number; readonly most: number } {
    const { least, most } = this.domain;
    return { least: least[position] ?? 0, most: most[position] ?? 0 };
  }

  private get isOut(): boolean {
    return this.effort.left === 0 || this.effort.nodes >= this.until;
  }
}

/** Values from the first to the last. */
type Part = readonly [number, number];
