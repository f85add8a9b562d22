import type { PlacedFleet } from "../placement/place-fleet.ts";
import type { Conflict, ConflictOracle } from "./conflict.ts";
import type { ExplainBudget } from "./explain-budget.ts";
import type { RemediesCut } from "./plan-unplaced.ts";
import type { Attempt, Dial, Family, Looking, Refused, Remedy, RemedyKind } from "./remedy.ts";
import { largerCards, moreCards } from "./remedy-cards.ts";
import { combined } from "./remedy-combined.ts";
import { attemptsOf } from "./remedy-dial.ts";
import { spanned } from "./remedy-hosts.ts";
import { judgeOf } from "./remedy-judge.ts";
import { lessOfOthers } from "./remedy-less-of-others.ts";
import { higherLimits } from "./remedy-limits.ts";
import { dropped, moved } from "./remedy-others.ts";
import { otherLayout, otherPrecision } from "./remedy-precision.ts";
import { mayHelp, namesIn, takeHopeful } from "./remedy-promise.ts";
import {
  fewerSequences,
  shorterSequences,
  shorterSteps,
  smallerBatch,
  smallerKv,
} from "./remedy-settings.ts";
import { smallerModel } from "./remedy-size.ts";
import { moreReplicas, mortal } from "./remedy-survive.ts";
import { RemedyTrials } from "./remedy-trials.ts";
import {
  apart,
  fewerReplicas,
  labelled,
  pinned,
  sharedByFewest,
  together,
} from "./remedy-wishes.ts";

/**
 * Cheapest for the user first. What only changes where or how the model runs costs nothing that clients see: its
 * layout, the length of a step, its pin and labels, a replica more. Then what they see when many ask at once, or ask for much: sequences, length.
 * Then what answers lose: the KV cache's precision, before the neighbours it was kept from and the copies that stand
 * in for each other, and a network between its stages, before the weights' precision. What costs others comes after: a
 * pin of theirs, then the same in the same order. Then another, smaller model; then money, for what hosts have before cards; last, to do without one of the others.
 */
const FAMILIES: readonly (Family | Dial)[] = [
  otherLayout,
  shorterSteps,
  pinned,
  labelled,
  moreReplicas,
  fewerSequences,
  smallerBatch,
  shorterSequences,
  smallerKv,
  apart,
  sharedByFewest,
  together,
  mortal,
  fewerReplicas,
  spanned,
  otherPrecision,
  moved,
  ...lessOfOthers,
  combined,
  smallerModel,
  higherLimits,
];

/** What helps most often: a part of what an explanation may cost is kept for it. */
const LAST_FAMILIES: readonly (Family | Dial)[] = [moreCards, largerCards, dropped];

/** Part of what one model's remedies may cost that all others may take of it. */
const PART_OF_OTHERS = 0.7;

/**
 * What would let the model in, cheapest for the user first. Each family of changes gives its cheapest that works: solved
 * again with everything that was placed, and checked. A memory reserve is never offered for less: it is there for safety.
 */
export function remediesFor(
  refused: Refused,
  budget: ExplainBudget,
  at: { readonly conflict: Conflict | undefined; readonly oracle: ConflictOracle },
): Found {
  const isPossible = ({ kind }: Family | Dial): boolean =>
    canHelp(kind, refused.model, at.conflict);
  const first = lookThrough(FAMILIES.filter(isPossible), [], {
    ...at,
    refused,
    budget: budget.part(PART_OF_OTHERS),
  });
  const last = lookThrough(LAST_FAMILIES.filter(isPossible), first.remedies, {
    ...at,
    refused,
    budget,
  });
  const cut = first.cut === "limit" ? first.cut : (last.cut ?? first.cut);
  return { remedies: last.remedies, ...(cut === undefined ? {} : { cut }) };
}

interface LookingThrough {
  readonly refused: Refused;
  readonly conflict: Conflict | undefined;
  readonly oracle: ConflictOracle;
  readonly budget: ExplainBudget;
}

/** Those that were found, and what these families add to them as far as the budget reaches. */
function lookThrough(
  families: readonly (Family | Dial)[],
  found: readonly Remedy[],
  { refused, conflict, oracle, budget }: LookingThrough,
): Found {
  const remedies = [...found];
  const trials = new RemedyTrials(budget);
  oracle.spendOf(budget);
  const glance: Looking["glance"] = (attempt) => trials.glance(refused, attempt);
  const judge = judgeOf(refused, oracle, glance);
  let isCut = false;
  for (const family of families) {
    const kinds = new Set(remedies.map(({ kind }) => kind));
    if (kinds.has(family.kind)) {
      continue;
    }
    isCut ||= remedies.length >= mostWith(family);
    if (remedies.length === MOST_REMEDIES || trials.isOver) {
      break;
    }
    const more = remediesOf(family, kinds, { refused, trials, conflict, glance, judge });
    remedies.push(...take(more, mostWith(family) - remedies.length));
  }
  return { remedies, ...cutOf(trials.isOver, isCut) };
}

/** Remedies of any kind with which no more of this kind are looked for. */
function mostWith(family: Family | Dial): number {
  return "values" in family ? MOST_REMEDIES : (family.upTo ?? MOST_REMEDIES);
}

function cutOf(isOver: boolean, isCut: boolean): Pick<Found, "cut"> {
  if (isOver) {
    return { cut: "limit" };
  }
  return isCut ? { cut: "enough" } : {};
}

/** Where a loss is what is in the way, and no room, nothing else is tried. */
function canHelp(
  kind: RemedyKind,
  model: Refused["model"],
  conflict: Conflict | undefined,
): boolean {
  return model.refused === undefined ? mayHelp(kind, model, conflict) : kind === mortal.kind;
}

interface Trying extends Pick<Looking, "glance" | "judge"> {
  readonly refused: Refused;
  readonly trials: RemedyTrials;
  readonly conflict: Conflict | undefined;
}

/** The cheapest changes of a kind that work. */
function remediesOf(
  family: Family | Dial,
  found: ReadonlySet<RemedyKind>,
  { refused, trials, conflict, glance, judge }: Trying,
): Iterable<Remedy> {
  const inTheWay = namesIn(conflict);
  const isInTheWay: Looking["isInTheWay"] = (name) => inTheWay?.has(name) ?? true;
  const attempts = attemptsOf(family, refused, { found, glance, judge, isInTheWay });
  const working = thatWork(takeHopeful(attempts, isInTheWay), family.kind, { refused, trials });
  return "upTo" in family ? working : take(working, 1);
}

interface Found {
  readonly remedies: readonly Remedy[];
  readonly cut?: RemediesCut;
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

function* thatWork(
  attempts: Iterable<Attempt>,
  kind: RemedyKind,
  { refused, trials }: { readonly refused: Refused; readonly trials: RemedyTrials },
): Iterable<Remedy> {
  for (const asked of attempts) {
    const first = trials.solve(refused, asked);
    const attempt = asked.settle === undefined ? asked : first && asked.settle(first);
    const placed = attempt === asked ? first : attempt && trials.solve(refused, attempt);
    if (attempt !== undefined && placed !== undefined) {
      yield {
        kind,
        text: `${attempt.say(placed)}${costToOthers(refused, { placed, drops: attempt.drops ?? [] })}`,
        change: attempt.change,
      };
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
