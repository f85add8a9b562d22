import type { GpuSpec } from "../hardware/gpu.ts";
import { importHfConfig } from "../importers/hf-config.ts";
import type { ModelSpec } from "../model/model.ts";
import { GPU_ALIASES, GPUS, MODELS, SOURCES } from "./data.gen.ts";
import { gpuFromRow } from "./gpu-from-row.ts";
import type { ModelRow, SourceRow } from "./rows.ts";

const GPU_ROWS = new Map(GPUS.map((row) => [row.id, row]));
const SPECS = new Map<string, GpuSpec>();
const MODEL_ROWS = new Map(
  MODELS.flatMap((row) => [row.id, ...row.aliases].map((id) => [id.toLowerCase(), row] as const)),
);
const IMPORTED = new Map<string, ModelSpec>();

/** The GPU model of this catalogue id; undefined where there is none. */
export function gpuById(id: string): GpuSpec | undefined {
  const known = SPECS.get(id);
  const row = GPU_ROWS.get(id);
  if (known !== undefined || row === undefined) {
    return known;
  }
  const spec = gpuFromRow(row);
  SPECS.set(id, spec);
  return spec;
}

/** Catalogue ids of all GPU models, sorted. */
export function gpuIds(): readonly string[] {
  return [...GPU_ROWS.keys()].sort();
}

/**
 * The GPU model that a tool prints under this name. Where a name stands for cards of several sizes,
 * the printed total tells them apart; without it, or for a name that no one knows, undefined.
 */
export function matchGpuName(printed: string, memoryTotalMiB?: number): GpuSpec | undefined {
  const wanted = normalName(printed);
  const row = GPU_ALIASES.find(
    ({ printed: name, memoryMiB }) =>
      normalName(name) === wanted &&
      (memoryMiB === undefined ||
        Math.abs((memoryTotalMiB ?? 0) / memoryMiB - 1) <= MEMORY_TOLERANCE),
  );
  return row === undefined ? undefined : gpuById(row.id);
}

/** Boards and drivers print up to 1.1 % apart (A100 40GB: 40536 and 40960 MiB); sizes of one name differ by 17 % or more. */
const MEMORY_TOLERANCE = 0.04;

function normalName(printed: string): string {
  return printed.trim().toLowerCase().replace(/\s+/g, " ");
}

/** The preset of this Hub id or of one of its aliases, whatever the case of its letters. */
export function modelPreset(id: string): ModelRow | undefined {
  return MODEL_ROWS.get(id.toLowerCase());
}

/** Hub ids of all presets, without aliases, sorted. */
export function modelIds(): readonly string[] {
  return MODELS.map((row) => row.id).sort();
}

/** The same with the aliases, each as its publisher writes it. */
export function modelNames(): readonly string[] {
  return MODELS.flatMap((row) => [row.id, ...row.aliases]).sort();
}

/** The model of a preset, under the id that was asked for; undefined where no preset has it. */
export function importPreset(id: string): ModelSpec | undefined {
  const known = IMPORTED.get(id);
  const row = modelPreset(id);
  if (known !== undefined || row === undefined) {
    return known;
  }
  const totalBytes = row.safetensorsTotalBytes?.[0];
  const spec = importHfConfig({
    id,
    file: `catalogue: ${row.id}`,
    config: row.config,
    hfQuant: row.hfQuant,
  });
  const model =
    totalBytes === undefined ? spec : { ...spec, stored: { ...spec.stored, totalBytes } };
  IMPORTED.set(id, model);
  return model;
}

/** Everything that the catalogue's numbers are from, by id. */
export function sources(): Readonly<Record<string, SourceRow>> {
  return SOURCES;
}
