import { type PlacedFleet, placeFleet } from "../placement/place-fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { assemblePlan } from "./assemble-plan.ts";
import type { Attempt, Family, Refused, Remedy, RemedyKind } from "./remedy.ts";
import { largerCards, moreCards } from "./remedy-cards.ts";
import { otherLayout, otherPrecision, precisionAndLayout } from "./remedy-precision.ts";
import { fewerSequences, shorterSequences, smallerKv } from "./remedy-settings.ts";
import { apart, fewerReplicas, labelled, pinned, shared } from "./remedy-wishes.ts";
import { verifyPlan } from "./verify-plan.ts";

/** Cheapest for the user first. */
const FAMILIES: readonly Family[] = [
  fewerSequences,
  shorterSequences,
  pinned,
  labelled,
  apart,
  shared,
  fewerReplicas,
  smallerKv,
  otherPrecision,
  otherLayout,
  precisionAndLayout,
  moreCards,
  largerCards,
];

/**
 * What would let the model in, cheapest for the user first: each family of changes is tried from small to
 * large, solved again with everything that was placed, checked, and shown only when it works.
 */
export function remediesFor(refused: Refused): readonly Remedy[] {
  const remedies: Remedy[] = [];
  for (const family of FAMILIES) {
    const remedy = firstThatWorks(family, refused, new Set(remedies.map(({ kind }) => kind)));
    if (remedy !== undefined) {
      remedies.push(remedy);
    }
  }
  return remedies;
}

function firstThatWorks(
  family: Family,
  refused: Refused,
  found: ReadonlySet<RemedyKind>,
): Remedy | undefined {
  for (const attempt of family.attempts(refused, found)) {
    const placed = tryAttempt(refused, attempt);
    if (placed !== undefined) {
      return {
        kind: family.kind,
        text: `${attempt.say(placed)}${costToOthers(refused, placed)}`,
        change: attempt.change,
      };
    }
  }
  return undefined;
}

/** The fleet after the change, when the plan holds, the model is placed and no one else lost its place. */
function tryAttempt(refused: Refused, attempt: Attempt): PlacedFleet | undefined {
  const { models, model, placed, fleet } = refused;
  const after = { ...fleet, gpus: [...fleet.gpus, ...(attempt.cards ?? [])] };
  const changed = attempt.model?.(model) ?? model;
  // most attempts fail by themselves: only what fits alone is worth solving the fleet again
  if (placeFleet([changed], after, refused).solution.unplaced.length > 0) {
    return undefined;
  }
  const others = attempt.others ?? ((other: PlannedModel) => other);
  const solved = placeFleet(
    models.map((each) => (each.name === model.name ? changed : others(each))),
    after,
    refused,
  );
  const isWorse = solved.solution.unplaced.some(
    (name) => name === model.name || !placed.solution.unplaced.includes(name),
  );
  return isWorse || verifyPlan(assemblePlan(after, solved, chanceOf(models))).length > 0
    ? undefined
    : solved;
}

/** The chance to fit that these models share. */
function chanceOf(models: Refused["models"]): number {
  return 1 - models.reduce((sum, { risk, replicas }) => sum + risk * replicas, 0);
}

/** Who serves fewer sequences after the change than without it. */
function costToOthers({ placed, model }: Refused, after: PlacedFleet): string {
  const names = [...new Set(placed.replicas.map((replica) => replica.model.name))].filter(
    (name) => name !== model.name,
  );
  const losses = names.flatMap((name) => {
    const [before, now] = [sequencesOf(placed, name), sequencesOf(after, name)];
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
