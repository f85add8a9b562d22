import { existsSync, readFileSync } from "node:fs";
import { importPreset } from "../../packages/core/src/catalog/catalog.ts";
import { checkpointBytes } from "../../packages/core/src/importers/checkpoint-bytes.ts";
import { importModelFiles } from "../../packages/core/src/importers/import-model-files.ts";
import type { ModelSpec } from "../../packages/core/src/model/model.ts";
import { OTHER_CONFIGS, UNREADABLE } from "../fixtures/safetensors/published-configs.ts";

const TRUTH = new URL("../../../shared/truth/", import.meta.url);
const SIZES = new URL("checkpoint-sizes.jsonl", TRUTH);

/** A row of checkpoint-sizes.jsonl. */
export interface Row {
  readonly model: string;
  readonly dtype: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly total_params?: number;
  readonly total_size_bytes?: number;
  readonly total_size_bytes_approx?: number;
}

/** A published size beside the one that follows from the config. */
export interface Result {
  readonly model: string;
  readonly published: number;
  readonly computed: number;
  /** Relative, of the computed size. */
  readonly error: number;
}

/** Why a published size can't be met, by model; all others must be within 0.2 %. */
export const OUTLIERS: Readonly<Record<string, string>> = {
  "moonshotai/Kimi-K2-Instruct":
    "the row has elements of all types, scales among them, and no bytes",
  "mlx-community/llama-3.3-70b-instruct-fp16":
    "3.3 GB more than the same architecture's other rows have; the card does not say of what",
  "mlx-community/GLM-4.5-Air-bf16":
    "8.8 GB more than Hugging Face's own files with their draft layer; the card does not say of what",
};

function modelOf(row: Row): ModelSpec | undefined {
  const other = OTHER_CONFIGS[row.model];
  if (other === undefined) {
    return importPreset(row.model);
  }
  if (typeof other === "string") {
    return importPreset(other);
  }
  const truth = other.from === undefined ? {} : readConfig(other.from);
  const config = { ...truth, ...row.config, ...other.config?.(row.config ?? {}, truth) };
  return importModelFiles({
    path: row.model,
    files: { "config.json": JSON.stringify(config) },
  });
}

function readConfig(name: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(`configs/${name}.json`, TRUTH), "utf8"));
}

function resultOf(row: Row): Result | undefined {
  const model = modelOf(row);
  const published =
    row.total_size_bytes ?? row.total_size_bytes_approx ?? 2 * (row.total_params ?? 0);
  const hasDrafts = !row.model.startsWith("mlx-community/"); // mlx leaves them out when it converts
  const computed = model === undefined ? undefined : checkpointBytes(model, { hasDrafts });
  return computed === undefined
    ? undefined
    : { model: row.model, published, computed, error: computed / published - 1 };
}

/** Published sizes; none where the truth isn't there. */
export const checkpointRows: readonly Row[] = existsSync(SIZES)
  ? readFileSync(SIZES, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Row)
  : [];

/** Those whose config is read. */
export const checkpointResults: readonly Result[] = checkpointRows.flatMap((row) =>
  row.model in UNREADABLE ? [] : (resultOf(row) ?? []),
);
