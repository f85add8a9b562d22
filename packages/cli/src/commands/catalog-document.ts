import {
  countParameters,
  type EngineSpec,
  engineById,
  engineIds,
  type GpuSpec,
  gpuById,
  gpuIds,
  importPreset,
  MIB,
  type ModelSpec,
  modelIds,
  type Sourced,
  sources,
} from "@berth/core";

export type CatalogKind = "gpus" | "models" | "engines";

/** `berth/catalog@1`: what is known; the numbers of GPUs and engines with their origin. */
export interface CatalogDocument {
  readonly schema: "berth/catalog@1";
  readonly gpus?: readonly CatalogGpu[];
  readonly models?: readonly CatalogModel[];
  readonly engines?: readonly EngineSpec[];
  /** What the ids of `source` stand for. */
  readonly sources: ReturnType<typeof sources>;
}

export interface CatalogGpu extends Omit<GpuSpec, "memory" | "cudaVisible"> {
  /** As nvidia-smi prints it. */
  readonly memoryMiB: Sourced;
  readonly cudaVisibleMiB: Sourced;
}

export interface CatalogModel {
  readonly id: string;
  readonly family: string;
  readonly parameters: { readonly total: number; readonly active: number };
  readonly layers: number;
  readonly maxContext: number;
  readonly quantization: string;
}

export function catalogDocument(kinds: readonly CatalogKind[]): CatalogDocument {
  return {
    schema: "berth/catalog@1",
    ...(kinds.includes("gpus") ? { gpus: present(gpuIds(), gpuById).map(gpuRow) } : {}),
    ...(kinds.includes("models")
      ? { models: present(modelIds(), importPreset).map(modelRow) }
      : {}),
    ...(kinds.includes("engines") ? { engines: present(engineIds(), engineById) } : {}),
    sources: sources(),
  };
}

function present<Id extends string, T>(
  ids: readonly Id[],
  byId: (id: Id) => T | undefined,
): readonly T[] {
  return ids.flatMap((id) => byId(id) ?? []);
}

function gpuRow({ memory, cudaVisible, ...rest }: GpuSpec): CatalogGpu {
  const inMib = (sourced: Sourced): Sourced => ({ ...sourced, value: sourced.value / MIB });
  return { ...rest, memoryMiB: inMib(memory), cudaVisibleMiB: inMib(cudaVisible) };
}

function modelRow(model: ModelSpec): CatalogModel {
  const { total, active } = countParameters(model);
  return {
    id: model.id,
    family: model.family,
    parameters: { total, active },
    layers: model.layers.reduce((sum, group) => sum + group.count, 0),
    maxContext: model.maxContext,
    quantization: model.stored.quantization,
  };
}
