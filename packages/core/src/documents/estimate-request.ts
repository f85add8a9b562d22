import { gpuById, gpuIds } from "../catalog/catalog.ts";
import { engineById, engineIds } from "../catalog/engine-catalog.ts";
import type { EngineSpec } from "../engine/engine.ts";
import { engineOfVersion } from "../engine/engine-of-version.ts";
import type { GpuSpec } from "../hardware/gpu.ts";
import type { ModelSpec } from "../model/model.ts";
import {
  KV_CACHE_DTYPES,
  type KvCacheDtype,
  QUANTIZATIONS,
  type StoredWeights,
} from "../model/quantization.ts";
import { InputError, shown } from "../report/errors.ts";
import { closest } from "../report/suggest.ts";
import type { EstimateRequest } from "./estimate-document.ts";

/** The engine that was asked for, with its version. Throws an InputError for one that is not planned for. */
export function engineOf(
  file: string,
  request: EstimateRequest,
): { readonly engine: EngineSpec; readonly version: string } {
  const id = request.engine ?? "tensorrt-llm";
  const engine = engineById(id);
  if (engine === undefined) {
    throw new InputError(
      { file, key: "engine" },
      `expected ${engineIds().join(", ")}, got ${shown(id)}`,
    );
  }
  const version = request.engineVersion ?? engine.newestVersion;
  return { engine: engineOfVersion(engine, version), version };
}

/** The card that was asked for. Throws an InputError for one of which nothing is known. */
export function gpuOf(file: string, id: string | undefined): GpuSpec {
  const gpu = id === undefined ? undefined : gpuById(id);
  if (gpu !== undefined) {
    return gpu;
  }
  const near = closest(id ?? "", gpuIds());
  const hint = near === undefined ? "; berth catalog gpus lists them" : `; did you mean ${near}?`;
  throw new InputError(
    { file, key: "gpu" },
    `expected a GPU of the catalogue, got ${shown(id)}${id === undefined ? "" : hint}`,
  );
}

/**
 * How the weights will be stored: as the model's files say when nothing else is asked, with the files'
 * exclusions and groups when the same precision is asked, else the precision's own defaults.
 */
export function weightsOf(
  file: string,
  model: ModelSpec,
  quantization: string | undefined,
): StoredWeights {
  if (quantization === undefined || quantization === model.stored.quantization) {
    return model.stored;
  }
  const known = QUANTIZATIONS.find((name) => name === quantization);
  if (known === undefined) {
    throw new InputError(
      { file, key: "quantization" },
      `expected ${QUANTIZATIONS.join(", ")}, got ${shown(quantization)}`,
    );
  }
  if (known === "gguf") {
    throw new InputError(
      { file, key: "quantization" },
      "expected gguf for a .gguf file only: its own table says how large each tensor is",
    );
  }
  return OWN_DEFAULTS.get(known) ?? { quantization: known, excluded: [] };
}

/** One object a precision, so that what is computed for it is computed once. */
const OWN_DEFAULTS: ReadonlyMap<string, StoredWeights> = new Map(
  QUANTIZATIONS.map((quantization) => [quantization, { quantization, excluded: [] }]),
);

/** The KV cache's type; "auto" is what the checkpoint asks for, else the engine's own: BF16, F16 for llama.cpp. */
export function kvDtypeOf(
  file: string,
  model: ModelSpec,
  asked: string | undefined,
  auto: KvCacheDtype = "bf16",
): KvCacheDtype {
  if (asked === undefined || asked === "auto") {
    return model.stored.kvCacheDtype ?? auto;
  }
  const known = KV_CACHE_DTYPES.find((name) => name === asked);
  if (known === undefined) {
    throw new InputError(
      { file, key: "kvCacheDtype" },
      `expected auto, ${KV_CACHE_DTYPES.join(", ")}, got ${shown(asked)}`,
    );
  }
  return known;
}

/** A whole number of at least 1, or the default. */
export function positive(
  file: string,
  key: string,
  asked: { readonly value: number | undefined; readonly fallback: number },
): number {
  const { value = asked.fallback } = asked;
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InputError({ file, key }, `expected a positive integer, got ${shown(value)}`);
  }
  return value;
}

/** A number inside (0, 1), or the default. */
export function fraction(
  file: string,
  key: string,
  asked: { readonly value: number | undefined; readonly fallback: number },
): number {
  const { value = asked.fallback } = asked;
  if (!(typeof value === "number" && value > 0 && value < 1)) {
    throw new InputError({ file, key }, `expected a fraction between 0 and 1, got ${shown(value)}`);
  }
  return value;
}
