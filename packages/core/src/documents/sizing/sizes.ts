import type { FleetFile, FleetModel } from "../fleet-file-types.ts";
import type { PlanDocument } from "../plan-document.ts";
import type { PlanInput } from "../plan-problem.ts";

/** Replicas of a model, and the sequences that each is to hold where its file does not say. */
export interface Size {
  readonly replicas: number;
  readonly each?: number;
  /** Its batch, where its file says neither. */
  readonly batch?: number;
}

/** The fleet file with these models' replicas, and what they hold, written out. */
export function withSizes(fleet: FleetFile, sizes: ReadonlyMap<string, Size>): FleetFile {
  return { ...fleet, models: fleet.models.map((model) => sized(model, sizes.get(model.name))) };
}

function sized(model: FleetModel, size: Size | undefined): FleetModel {
  if (size === undefined) {
    return model;
  }
  const { replicas, each, batch } = size;
  return {
    ...model,
    replicas,
    ...(batch === undefined || model.maxBatchSize !== undefined ? {} : { maxBatchSize: batch }),
    ...(each === undefined || model.concurrency !== undefined
      ? {}
      : { concurrency: { least: 1, want: each * replicas } }),
  };
}

/** The input with the replicas that its plan gave models. */
export function asPlanned(input: PlanInput, { sizing = [] }: PlanDocument): PlanInput {
  const sizes = new Map(
    sizing.map(({ model, replicas, sequencesEach: each, maxBatchSize: batch }) => [
      model,
      {
        replicas,
        ...(each === undefined ? {} : { each }),
        ...(batch === undefined ? {} : { batch }),
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
