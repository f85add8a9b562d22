import { cutLayers, layerCount } from "../model/layer-groups.ts";
import { embeddingTensor, headTensor, layerTensors } from "../model/layer-tensors.ts";
import type { BytesByRole, MeasuredWeights, RoleBytes } from "../model/measured-weights.ts";
import type { ModelSpec } from "../model/model.ts";
import type { Role, Tensor } from "../model/tensor.ts";
import { tensorParameters } from "../model/tensor.ts";

/** Bytes an element of a tensor, as the model's files hold it. */
export interface Density {
  readonly plain: number;
  readonly quantized: number;
  /** Scales, and zero points as the engine keeps them. */
  readonly scales: number;
}

/**
 * What one element of this tensor takes by the files' own table: all bytes of its role in its layer over all
 * elements of it, so that whole ranks sum up to the files exactly and shards divide as by the law. Undefined
 * where the files say nothing of it.
 */
export function measuredDensity(
  {
    model,
    measured,
    zeroPointBits,
  }: {
    readonly model: ModelSpec;
    readonly measured: MeasuredWeights;
    /** TensorRT-LLM unpacks zero points to FP16; vLLM and SGLang keep them packed. */
    readonly zeroPointBits: number;
  },
  { tensor, layer }: { readonly tensor: Tensor; readonly layer: number | undefined },
): Density | undefined {
  const densities = densitiesOf(model, measured);
  const bytes = (layer === undefined ? densities.outside : densities.layers[layer])?.get(
    tensor.role,
  );
  return bytes === undefined
    ? undefined
    : {
        plain: bytes.plain,
        quantized: bytes.quantized,
        scales: bytes.scales + (bytes.zeros * zeroPointBits) / PACKED_BITS,
      };
}

/** Four-bit zero points, as AutoAWQ and GPTQ pack them. */
const PACKED_BITS = 4;

interface Densities {
  readonly layers: readonly BytesByRole[];
  readonly outside: BytesByRole;
}

/** A measured object belongs to one model, and both are frozen: divide once. */
const KNOWN = new WeakMap<MeasuredWeights, Densities>();

function densitiesOf(model: ModelSpec, measured: MeasuredWeights): Densities {
  const known = KNOWN.get(measured) ?? divide(model, measured);
  KNOWN.set(measured, known);
  return known;
}

function divide(model: ModelSpec, measured: MeasuredWeights): Densities {
  const layers: BytesByRole[] = [];
  for (const { first, count, layer } of cutLayers(model.layers, 0, layerCount(model))) {
    const elements = elementsByRole(layerTensors(layer, model.hidden));
    for (let index = first; index < first + count; index += 1) {
      layers.push(perElement(measured.layers[index] ?? new Map(), elements));
    }
  }
  const outer = elementsByRole([
    embeddingTensor(model),
    headTensor(model),
    ...model.firstTensors,
    ...model.finalTensors,
    ...model.parts.filter(({ isLoaded }) => isLoaded).flatMap(({ tensors }) => tensors),
  ]);
  const outside = new Map(perElement(measured.outside, outer));
  // a tied head is a copy of the embedding, which has its shape, where the files have none of its own
  const head = outside.get("head") ?? outside.get("embedding");
  if (head !== undefined) {
    outside.set("head", head);
  }
  return { layers, outside };
}

function elementsByRole(tensors: readonly Tensor[]): ReadonlyMap<Role, number> {
  const elements = new Map<Role, number>();
  for (const tensor of tensors) {
    elements.set(tensor.role, (elements.get(tensor.role) ?? 0) + tensorParameters(tensor));
  }
  return elements;
}

/**
 * Role by role. Bytes of a role that the model has not in this layer (its names are read differently there)
 * are spread over all elements, so that none is lost.
 */
function perElement(bytes: BytesByRole, elements: ReadonlyMap<Role, number>): BytesByRole {
  const count = [...elements.values()].reduce((sum, value) => sum + value, 0);
  const strays = [...bytes].filter(([role]) => !elements.has(role)).map(([, sum]) => sum);
  const spread = scaled(strays.reduce(sumOf, NOTHING), 1 / Math.max(1, count));
  return new Map(
    [...elements]
      .filter(([role]) => bytes.has(role) || strays.length > 0)
      .map(([role, own]) => [role, sumOf(scaled(bytes.get(role) ?? NOTHING, 1 / own), spread)]),
  );
}

const NOTHING: RoleBytes = { plain: 0, quantized: 0, scales: 0, zeros: 0 };

function sumOf(a: RoleBytes, b: RoleBytes): RoleBytes {
  return {
    plain: a.plain + b.plain,
    quantized: a.quantized + b.quantized,
    scales: a.scales + b.scales,
    zeros: a.zeros + b.zeros,
  };
}

function scaled({ plain, quantized, scales, zeros }: RoleBytes, by: number): RoleBytes {
  return { plain: plain * by, quantized: quantized * by, scales: scales * by, zeros: zeros * by };
}
