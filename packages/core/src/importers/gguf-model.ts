import { cutLayers, layerCount } from "../model/layer-groups.ts";
import { layerTensors } from "../model/layer-tensors.ts";
import type { MeasuredWeights } from "../model/measured-weights.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Tensor } from "../model/tensor.ts";
import { InputError } from "../report/errors.ts";
import { defined } from "./defined.ts";
import { ggufArchitecture, ggufArchitectures } from "./gguf-architectures.ts";
import { ggufConfig, ggufFacts } from "./gguf-config.ts";
import type { GgufHeader } from "./gguf-reader.ts";
import { importHfConfig } from "./hf-config.ts";
import { measureTensors } from "./tensors.ts";

/**
 * What the model in a GGUF file is: its shape from the metadata, by way of the config.json that they were
 * written from, and its bytes from the tensor table. Throws an InputError for an architecture that is not read
 * and where metadata or tensors are missing.
 */
export function importGguf(id: string, file: string, header: GgufHeader): ModelSpec {
  const facts = ggufFacts(file, header);
  const known = ggufArchitecture(facts);
  if (known === undefined) {
    throw new InputError(
      { file, key: "general.architecture" },
      `expected one of ${ggufArchitectures().join(", ")}, got "${facts.architecture}": a model of this kind can't be described yet`,
    );
  }
  const config = ggufConfig(facts, header);
  const model = importHfConfig({
    id,
    file,
    config: defined({
      model_type: known.modelType,
      ...config,
      ...known.changes?.(facts, config),
    }),
  });
  const measured = measureTensors(model, { tensors: header.tensors, source: "GGUF tensor table" });
  refuseIncomplete(file, model, measured);
  return {
    ...model,
    stored: { quantization: "gguf", excluded: [], totalBytes: measured.fileBytes, measured },
    notes: model.notes,
  };
}

/** Every matrix of the model must have its bytes: no law knows them otherwise. */
function refuseIncomplete(file: string, model: ModelSpec, measured: MeasuredWeights): void {
  const lacks = (
    tensors: readonly Tensor[],
    roles: MeasuredWeights["outside"],
  ): Tensor | undefined => tensors.find(({ role, isLinear }) => isLinear && !roles.has(role));
  for (const { first, count, layer } of cutLayers(model.layers, 0, layerCount(model))) {
    const tensors = layerTensors(layer, model.hidden);
    for (let index = first; index < first + count; index += 1) {
      const missing = lacks(tensors, measured.layers[index] ?? new Map());
      if (missing !== undefined) {
        throw new InputError(
          { file },
          `expected ${missing.role} tensors in blk.${index}, found none: it is one of several parts, or damaged`,
        );
      }
    }
  }
  if (!measured.outside.has("embedding")) {
    throw new InputError(
      { file },
      "expected token_embd.weight, found none: it is one of several parts",
    );
  }
}
