import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { Conflict, ConflictOracle } from "../conflict.ts";
import type { ExplainBudget } from "../explain-budget.ts";
import type { RemediesCut } from "../plan-unplaced.ts";
import { attemptsFor } from "./attempts.ts";
import { combined, combinedWithLimits } from "./combined.ts";
import { higherLimits } from "./host-limits.ts";
import { judgeOf } from "./judge.ts";
import { type Base, isLossInTheWay, isLostAnywhere, withoutItsLoss } from "./loss.ts";
import { smallerModel } from "./model-size.ts";
import { largerCards, moreCards } from "./more-cards.ts";
import { SETTINGS } from "./order.ts";
import { dropped } from "./others.ts";
import { mayHelp, namesIn, takeHopeful } from "./promise.ts";
import type { Attempt, Kind, Looking, Refused, Remedy, RemedyKind } from "./remedy.ts";
import { DEEP, type Depth, RemedyTrials } from "./trials.ts";

/** A part of what is left of one model's budget, for these kinds of change. */
interface Round {
  readonly kinds: readonly Kind[];
  readonly part: number;
}

/**
 * In the order in which they are looked for. What helps most often, cards and to do without one of the others, has a
 * part of its own that nothing before it can take; what is looked at last depends on the most.
 */
const ROUNDS: readonly Round[] = [
  { kinds: SETTINGS, part: 0.5 },
  { kinds: [{ kind: "combined", means: [combined], upTo: 3 }], part: 0.35 },
  {
    kinds: [
      { kind: "model-size", means: [smallerModel] },
      { kind: "host-limits", means: [higherLimits] },
    ],
    part: 0.5,
  },
  { kinds: [{ kind: "cards", means: [moreCards] }], part: 0.5 },
  {
    kinds: [
      { kind: "larger-cards", means: [largerCards] },
      { kind: "drop", means: [dropped] },
    ],
    part: 1,
  },
];

/** What is only looked for with what all quick looks have left: money and settings together. */
const LAST_ROUNDS: readonly Round[] = [
  ...ROUNDS,
  { kinds: [{ kind: "combined-limits", means: [combinedWithLimits], upTo: 3 }], part: 1 },
];

/**
 * In the order of what they cost users: settings, then another, smaller model; then money, for what hosts have before
 * cards; last, to do without one of the others.
 */
const ORDER: readonly RemedyKind[] = [
  ...SETTINGS.map(({ kind }) => kind),
  "combined",
  "model-size",
  "host-limits",
  "combined-limits",
  "cards",
  "larger-cards",
  "drop",
];

export interface Found {
  readonly remedies: readonly Remedy[];
  readonly cut?: RemediesCut;
  /** Something was left open that a deeper look may settle. */
  readonly isOpen: boolean;
}

export interface Asking {
  readonly conflict: Conflict | undefined;
  readonly oracle: ConflictOracle;
  readonly budget: ExplainBudget;
  readonly depth: Depth;
  /** What is known already; no more of these kinds are looked for. */
  readonly known: readonly Remedy[];
}

/**
 * What would let the model in, cheapest for the user first. Each kind of change gives its cheapest that works: solved
 * again with everything that was placed, and checked. A memory reserve is never offered for less: it is there for safety.
 */
export function remediesFor(refused: Refused, asking: Asking): Found {
  const found = lookedFor({ ...asking, refused });
  if (found.remedies.length > 0 || !isLossInTheWay(refused.model)) {
    return found;
  }
  return lookedFor({ ...asking, ...withoutItsLoss(refused), conflict: undefined });
}

interface LookingFor extends Asking {
  readonly refused: Refused;
  /** Where something is given up in any case: how it is said with what else changes, and what that is. */
  readonly base?: Base;
}

function lookedFor(asking: LookingFor): Found {
  const isLast = asking.depth === DEEP;
  const found = (isLast ? LAST_ROUNDS : ROUNDS).reduce<Found>(
    (before, { kinds, part }) => {
      const budget = asking.budget.part(part);
      const after = lookThrough(kinds, { ...asking, budget, known: before.remedies });
      const cut = before.cut === "limit" ? before.cut : (after.cut ?? before.cut);
      const isOpen = before.isOpen || after.isOpen;
      return { remedies: after.remedies, isOpen, ...(cut === undefined ? {} : { cut }) };
    },
    { remedies: asking.known, isOpen: !isLast && asking.refused.fleet.hosts !== undefined },
  );
  const rank = ({ kind }: Remedy): number => ORDER.indexOf(kind);
  return { ...found, remedies: found.remedies.toSorted((a, b) => rank(a) - rank(b)) };
}

/** What is known, and what these kinds add to it as far as the budget reaches. */
function lookThrough(kinds: readonly Kind[], asking: LookingFor): Found {
  const { refused, conflict, oracle, budget, base } = asking;
  const remedies = [...asking.known];
  const trials = new RemedyTrials(budget, asking.depth);
  oracle.spendOf(budget);
  const glance: Looking["glance"] = (attempt) => trials.glance(refused, attempt);
  const hasRoom: Looking["hasRoom"] = (attempt) => trials.hasRoom(refused, attempt);
  const judge = judgeOf({ ...asking, glance });
  const inTheWay = namesIn(conflict);
  const isInTheWay: Looking["isInTheWay"] = (name) => inTheWay?.has(name) ?? true;
  let isCut = false;
  for (const each of kinds.filter(({ kind }) => canHelp(kind, refused, conflict))) {
    const found = new Set(remedies.map(({ kind }) => kind));
    if (found.has(each.kind)) {
      continue;
    }
    const most = each.upTo ?? MOST_REMEDIES;
    isCut ||= remedies.length >= most;
    if (remedies.length === MOST_REMEDIES || trials.isOver) {
      break;
    }
    const attempts = attemptsFor(each, refused, { found, glance, hasRoom, judge, isInTheWay });
    const working = thatWork(takeHopeful(attempts, isInTheWay), each.kind, {
      refused,
      trials,
      ...(base === undefined ? {} : { base }),
    });
    remedies.push(...take(working, each.upTo === undefined ? 1 : most - remedies.length));
  }
  return { remedies, isOpen: trials.isOpen, ...cutOf(trials.isOver, isCut) };
}

function cutOf(isOver: boolean, isCut: boolean): Pick<Found, "cut"> {
  if (isOver) {
    return { cut: "limit" };
  }
  return isCut ? { cut: "enough" } : {};
}

/** Where a loss is what is in the way, and no room, nothing else is tried. */
function canHelp(kind: RemedyKind, refused: Refused, conflict: Conflict | undefined): boolean {
  const { model, fleet } = refused;
  if (model.refused !== undefined) {
    return kind === "survive";
  }
  return isLostAnywhere(model, fleet)
    ? kind === "survive" || kind === "more-replicas"
    : mayHelp(kind, model, conflict);
}

/** Enough to choose from; those that cost more are not looked for. */
const MOST_REMEDIES = 5;

function* take<One>(all: Iterable<One>, most: number): Iterable<One> {
  let left = most;
  if (left > 0) {
    for (const one of all) {
      yield one;
      left -= 1;
      if (left === 0) {
        return;
      }
    }
  }
}

interface Trying extends Pick<LookingFor, "refused" | "base"> {
  readonly trials: RemedyTrials;
}

function* thatWork(
  attempts: Iterable<Attempt>,
  kind: RemedyKind,
  { refused, trials, base }: Trying,
): Iterable<Remedy> {
  for (const asked of attempts) {
    const first = trials.solve(refused, asked);
    const attempt = asked.settle === undefined ? asked : first && asked.settle(first);
    const placed = attempt === asked ? first : attempt && trials.solve(refused, attempt);
    if (attempt !== undefined && placed !== undefined) {
      const { change, say, drops = [] } = base?.with(attempt) ?? attempt;
      yield { kind, text: `${say(placed)}${costToOthers(refused, { placed, drops })}`, change };
    }
  }
}

/** Who serves fewer sequences after the change than without it. */
function costToOthers(
  { placed, model }: Refused,
  after: { readonly placed: PlacedFleet; readonly drops: readonly string[] },
): string {
  const names = [...new Set(placed.replicas.map((replica) => replica.model.name))].filter(
    (name) => name !== model.name && !after.drops.includes(name),
  );
  const losses = names.flatMap((name) => {
    const [before, now] = [sequencesOf(placed, name), sequencesOf(after.placed, name)];
    return now < before
      ? [`${name} then holds ${now} ${now === 1 ? "sequence" : "sequences"} instead of ${before}`]
      : [];
  });
  return losses.length === 0 ? "" : ` But ${losses.join(", ")}.`;
}

function sequencesOf({ replicas }: PlacedFleet, name: string): number {
  return replicas
    .filter(({ model }) => model.name === name)
    .reduce((sum, { assignment }) => sum + assignment.sequences, 0);
}
