import { importPreset, modelNames } from "../../catalog/catalog.ts";
import type { ModelSpec } from "../../model/model.ts";
import { countParameters } from "../../model/params.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { formatParameters } from "../../units/format.ts";
import { weightsOf } from "../estimate-request.ts";
import { runnable } from "../planned-precisions.ts";
import { lastThatHolds } from "./dial.ts";
import type { Attempt, Family, Refused } from "./remedy.ts";
import { mayFit } from "./room.ts";

/**
 * The largest smaller model of the same series in the catalogue that has room in what was asked for. Where no change of
 * precision was enough, the next larger one goes before it in what else the cards can run; any where none has room as asked.
 */
export const smallerModel: Family = {
  *attempts(refused, { found, glance }) {
    const sizes = smallerInSeries(refused.model.spec)
      .flatMap((sized): readonly Size[] => {
        const other = asModel(refused.model, sized.spec);
        return other === undefined ? [] : [{ ...sized, other }];
      })
      .toReversed();
    const asAsked = sizes.map(instead);
    const largest = lastThatHolds(
      asAsked.map((one) => () => one),
      (one) => mayFit(refused, one) && glance(one) === "feasible",
    );
    if (!found.has("precision")) {
      const next = largest === undefined ? 0 : asAsked.indexOf(largest) + 1;
      const larger = largest === undefined ? sizes.toReversed() : sizes.slice(next, next + 1);
      yield* larger
        .flatMap((size) => inOtherPrecisions(size, refused))
        .filter((one) => mayFit(refused, one));
    }
    yield* largest === undefined ? [] : [largest];
  },
};

function instead({ other, spec, parameters }: Size): Attempt {
  return {
    change: { model: spec.id },
    model: () => other,
    say: () => `Run ${spec.id} (${formatParameters(parameters)} parameters) instead.`,
  };
}

function inOtherPrecisions(
  { other, spec, parameters }: Size,
  { fleet }: Refused,
): readonly Attempt[] {
  const asked = other.weights.map(({ quantization }) => quantization);
  const weights = runnable(other, fleet)
    .filter((quantization) => !asked.includes(quantization))
    .map((quantization) => weightsOf(spec.id, spec, quantization));
  const looser: Attempt = { change: {}, model: () => ({ ...other, weights }), say: () => "" };
  return weights.map((one) => ({
    change: { model: spec.id, quantization: one.quantization },
    model: () => ({ ...other, weights: [one] }),
    say: () =>
      `Run ${spec.id} (${formatParameters(parameters)} parameters) at ${one.quantization} instead.`,
    looser,
  }));
}

interface Sized {
  readonly spec: ModelSpec;
  readonly parameters: number;
}

/** The model in that size, with all else that was asked for. */
interface Size extends Sized {
  readonly other: PlannedModel;
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
