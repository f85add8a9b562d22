import { importPreset, modelNames } from "../../catalog/catalog.ts";
import type { ModelSpec } from "../../model/model.ts";
import { countParameters } from "../../model/params.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { formatParameters } from "../../units/format.ts";
import { weightsOf } from "../estimate-request.ts";
import { runnable } from "../planned-precisions.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { mayFit } from "./room.ts";

/**
 * A smaller model of the same series in the catalogue, the largest first: in what was asked for, then, where no change of
 * precision was enough, in what else the cards can run.
 */
export const smallerModel: Family = {
  *attempts(refused, { found }) {
    for (const sized of smallerInSeries(refused.model.spec)) {
      const other = asModel(refused.model, sized.spec);
      if (other !== undefined) {
        const finer = found.has("precision") ? [] : inOtherPrecisions(other, sized, refused);
        yield* [instead(other, sized), ...finer].filter((attempt) => mayFit(refused, attempt));
      }
    }
  },
};

function instead(other: PlannedModel, { spec, parameters }: Sized): Attempt {
  return {
    change: { model: spec.id },
    model: () => other,
    say: () => `Run ${spec.id} (${formatParameters(parameters)} parameters) instead.`,
  };
}

function inOtherPrecisions(
  other: PlannedModel,
  { spec, parameters }: Sized,
  { fleet }: Refused,
): readonly Attempt[] {
  const asked = other.weights.map(({ quantization }) => quantization);
  return runnable(other, fleet)
    .filter((quantization) => !asked.includes(quantization))
    .map((quantization) => ({
      change: { model: spec.id, quantization },
      model: () => ({ ...other, weights: [weightsOf(spec.id, spec, quantization)] }),
      say: () =>
        `Run ${spec.id} (${formatParameters(parameters)} parameters) at ${quantization} instead.`,
    }));
}

interface Sized {
  readonly spec: ModelSpec;
  readonly parameters: number;
}

function smallerInSeries(spec: ModelSpec): readonly Sized[] {
  const series = seriesOf(spec.id);
  if (series === undefined) {
    return [];
  }
  const own = countParameters(spec).total;
  return modelNames()
    .filter((id) => id !== spec.id && seriesOf(id) === series)
    .flatMap((id) => importPreset(id) ?? [])
    .map((other) => ({ spec: other, parameters: countParameters(other).total }))
    .filter(({ parameters }) => parameters < own)
    .sort((a, b) => b.parameters - a.parameters);
}

/** "70B", "1.5B", "235B-A22B": how large a model is, in its name. */
const SIZE = /(?<![a-z\d.])\d+(\.\d+)?[bm](-a\d+(\.\d+)?b)?(?![a-z\d])/i;

/** The model's name without its size; undefined where its name does not say one. */
function seriesOf(id: string): string | undefined {
  return SIZE.test(id) ? id.replace(SIZE, "").toLowerCase() : undefined;
}

/** Undefined where the fleet file's words would mean something else for that model than for this one. */
function asModel(model: PlannedModel, spec: ModelSpec): PlannedModel | undefined {
  const { stored } = model.spec;
  const isAlike =
    spec.stored.quantization === stored.quantization &&
    spec.stored.kvCacheDtype === stored.kvCacheDtype &&
    spec.maxContext >= model.limits.maxSeqLen;
  return isAlike
    ? {
        ...model,
        spec,
        weights: model.weights.map(({ quantization }) => weightsOf(model.name, spec, quantization)),
      }
    : undefined;
}
