import { importPreset, modelIds } from "../catalog/catalog.ts";
import type { ModelSpec } from "../model/model.ts";
import { countParameters } from "../model/params.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { formatParameters } from "../units/format.ts";
import { weightsOf } from "./estimate-request.ts";
import type { Family } from "./remedy.ts";

/** A smaller model of the same series in the catalogue, the largest first. */
export const smallerModel: Family = {
  kind: "model-size",
  *attempts({ model }) {
    for (const { spec, parameters } of smallerInSeries(model.spec)) {
      const other = asModel(model, spec);
      if (other !== undefined) {
        yield {
          change: { model: spec.id },
          model: () => other,
          say: () => `Run ${spec.id} (${formatParameters(parameters)} parameters) instead.`,
        };
      }
    }
  },
};

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
  return modelIds()
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
