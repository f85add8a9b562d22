import { lowestLevel, NOTHING } from "../levels.ts";
import { keepPlaces, type Target, targetAt } from "./at-share.ts";
import { insert } from "./insert.ts";
import { type LargeSearch, repairFor } from "./search.ts";
import type { Steps } from "./steps.ts";

/** Part of the effort that is left which one attempt to place more models may take. */
const ONE_ATTEMPT = 0.05;

/** As many models as are found to fit at their least, higher priorities first. */
export function* placeMost(search: LargeSearch): Steps<Target> {
  const possible = possibleModels(search);
  const first = inserted(search, possible);
  if (first.models.length === possible.length) {
    return first.target;
  }
  const all = yield* attempt(search, possible, first.target);
  if (all !== undefined) {
    return all;
  }
  return yield* addOneByOne(search, first, possible);
}

interface Placed {
  readonly models: readonly number[];
  readonly target: Target;
}

function* addOneByOne(
  search: LargeSearch,
  first: Placed,
  possible: readonly number[],
): Steps<Target> {
  let { models, target } = first;
  const out = possible.filter((model) => !models.includes(model));
  for (const model of smallestFirst(search, out)) {
    const more = yield* attempt(search, [...models, model], target);
    if (more !== undefined) {
      models = [...models, model];
      target = more;
    }
  }
  return target;
}

/** Everyone of these at the least, starting from where others are; undefined where that is not found. */
function* attempt(
  search: LargeSearch,
  models: readonly number[],
  before: Target,
): Steps<Target | undefined> {
  const target = targetAt(search, { models, share: NOTHING });
  if (target === undefined) {
    return undefined;
  }
  const queue = keepPlaces(target, before.packing);
  const states = Math.ceil(search.effort.left * ONE_ATTEMPT);
  const isDone = yield* repairFor(search, { target, queue, states });
  return isDone ? target : undefined;
}

/** Models with a way to run, the ones to place first in front. */
function possibleModels(search: LargeSearch): readonly number[] {
  const { demands } = search.fleet.problem;
  const models = demands.flatMap((_, model) =>
    targetAt(search, { models: [model], share: NOTHING }) === undefined ? [] : [model],
  );
  const sizes = sizesOf(search, models);
  return models.sort(
    (a, b) =>
      (demands[b]?.priority ?? 0) - (demands[a]?.priority ?? 0) ||
      (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0) ||
      a - b,
  );
}

function smallestFirst(search: LargeSearch, models: readonly number[]): readonly number[] {
  const { demands } = search.fleet.problem;
  const sizes = sizesOf(search, models);
  return models.toSorted(
    (a, b) =>
      (demands[b]?.priority ?? 0) - (demands[a]?.priority ?? 0) ||
      (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0) ||
      a - b,
  );
}

/** Bytes that a model takes at least, all replicas together. */
function sizesOf({ fleet }: LargeSearch, models: readonly number[]): ReadonlyMap<number, number> {
  return new Map(
    models.map((model) => {
      const demand = fleet.problem.demands[model];
      const level = demand === undefined ? 1 : lowestLevel(demand);
      const needs = (demand?.options ?? []).map(({ stages }) =>
        stages.reduce(
          (sum, stage) => sum + stage.ranks * (stage.fixed + level * stage.perSequence),
          0,
        ),
      );
      const least = needs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      return [model, least * (demand?.replicas ?? 1)];
    }),
  );
}

/** One model after the other, all of its replicas or none: an answer without any effort. */
function inserted(search: LargeSearch, models: readonly number[]): Placed {
  const target = targetAt(search, { models, share: NOTHING }) ?? nobody(search);
  const { packing, ways } = target;
  const out = new Set<number>();
  const byModel = new Map(models.map((model): [number, number[]] => [model, []]));
  packing.items.forEach(({ model }, item) => {
    byModel.get(model)?.push(item);
  });
  for (const [model, items] of byModel) {
    if (!items.every((item) => insert(packing, item, ways.get(model) ?? []))) {
      items.forEach((item) => {
        packing.remove(item);
      });
      out.add(model);
    }
  }
  return { models: models.filter((model) => !out.has(model)), target };
}

function nobody(search: LargeSearch): Target {
  const none = targetAt(search, { models: [], share: NOTHING });
  if (none === undefined) {
    throw new RangeError("a fleet without models has a layout");
  }
  return none;
}
