import type { SettledWay } from "../../placement/planned-model.ts";
import type { FleetFile, FleetModel } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { PlanInput } from "../plan-problem.ts";

/** Replicas of a model, and the sequences that each is to hold where its file does not say. */
export interface Size {
  readonly replicas: number;
  readonly each?: number;
  /** Its batch, where its file says neither. */
  readonly batch?: number;
  /** Its replicas take cards that no other model is on, where its file does not say. */
  readonly exclusive?: true;
  /** How and where they run, where that was settled with the other models of their cards. */
  readonly settled?: SettledWay;
}

/** The fleet file with these models' replicas, and what they hold, written out. */
export function withSizes(fleet: FleetFile, sizes: ReadonlyMap<string, Size>): FleetFile {
  return { ...fleet, models: fleet.models.map((model) => sized(model, sizes.get(model.name))) };
}

function sized(model: FleetModel, size: Size | undefined): FleetModel {
  if (size === undefined) {
    return model;
  }
  const { replicas, each, batch, exclusive, settled } = size;
  const set = {
    ...(batch === undefined || model.maxBatchSize !== undefined ? {} : { maxBatchSize: batch }),
    ...(each === undefined || model.concurrency !== undefined
      ? {}
      : { concurrency: { least: 1, want: each * replicas } }),
    ...(exclusive === undefined || model.exclusive !== undefined ? {} : { exclusive }),
  };
  const setForRate = [...(model.replicas === undefined ? ["replicas"] : []), ...Object.keys(set)];
  return {
    ...model,
    replicas,
    ...set,
    setForRate,
    ...(settled === undefined ? {} : { settled }),
  };
}

/** The input with the replicas that its plan gave models. */
export function asPlanned(input: PlanInput, { sizing = [] }: PlanDocument): PlanInput {
  const sizes = new Map(
    sizing.map(({ model, replicas, sequencesEach: each, maxBatchSize: batch, ...own }) => [
      model,
      {
        replicas,
        ...(each === undefined ? {} : { each }),
        ...(batch === undefined ? {} : { batch }),
        ...(own.exclusive === undefined ? {} : { exclusive: own.exclusive }),
        ...(own.settled === undefined ? {} : { settled: own.settled }),
      },
    ]),
  );
  return sizes.size === 0 ? input : { ...input, fleet: withSizes(input.fleet, sizes) };
}

/** So far on the way from one size to a roomier one. */
export function between(from: Partial<Size>, more: Size, part: number): Size {
  const on = (least: number, most: number): number => least + Math.floor((most - least) * part);
  const { each = 1, batch = 1 } = from;
  return { ...more, each: on(each, more.each ?? each), batch: on(batch, more.batch ?? batch) };
}

/** All growth, then half of the replicas that come with it, and so on until one replica of each has grown. */
export function* partly(
  from: ReadonlyMap<string, Size>,
  next: ReadonlyMap<string, Size>,
): Iterable<ReadonlyMap<string, Size>> {
  const fromOf = (name: string): number => from.get(name)?.replicas ?? 1;
  const most = Math.max(...[...next].map(([name, { replicas }]) => replicas - fromOf(name)));
  yield next;
  for (let part = 1 / 2; next.size > 1 && part * most >= 1 / 2; part /= 2) {
    yield new Map(
      [...next].map(([name, size]) => {
        const least = fromOf(name);
        return [name, { ...size, replicas: least + Math.floor((size.replicas - least) * part) }];
      }),
    );
  }
}

/** Each on cards that no other model is on. */
export function apart(sizes: ReadonlyMap<string, Size>): ReadonlyMap<string, Size> {
  return new Map([...sizes].map(([name, size]) => [name, { ...size, exclusive: true }]));
}
