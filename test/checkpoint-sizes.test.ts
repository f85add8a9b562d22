import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importPreset } from "../packages/core/src/catalog/catalog.ts";
import { checkpointBytes } from "../packages/core/src/importers/checkpoint-bytes.ts";
import { importModelFiles } from "../packages/core/src/importers/import-model-files.ts";
import type { ModelSpec } from "../packages/core/src/model/model.ts";
import { OTHER_CONFIGS, UNREADABLE } from "./fixtures/safetensors/published-configs.ts";

const TRUTH = new URL("../../shared/truth/", import.meta.url);
const SIZES = new URL("checkpoint-sizes.jsonl", TRUTH);

interface Row {
  readonly model: string;
  readonly dtype: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly total_params?: number;
  readonly total_size_bytes?: number;
  readonly total_size_bytes_approx?: number;
}

interface Result {
  readonly model: string;
  readonly published: number;
  readonly computed: number;
  /** Relative, of the computed size. */
  readonly error: number;
}

/** Why a published size can't be met, by model; all others must be within 0.2 %. */
const OUTLIERS: Readonly<Record<string, string>> = {
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

function table(results: readonly Result[]): string {
  const lines = results.map(({ model, published, computed, error }) =>
    [
      model.padEnd(56),
      String(published).padStart(14),
      String(Math.round(computed)).padStart(14),
      `${(100 * error).toFixed(3)} %`.padStart(10),
      OUTLIERS[model] ?? "",
    ].join("  "),
  );
  return [`${"model".padEnd(56)}       published        computed       error`, ...lines].join("\n");
}

describe.skipIf(!existsSync(SIZES))("published checkpoint sizes", () => {
  const rows = existsSync(SIZES)
    ? readFileSync(SIZES, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Row)
    : [];
  const results = rows.flatMap((row) => (row.model in UNREADABLE ? [] : (resultOf(row) ?? [])));

  test("are met: the table of errors", () => {
    const sorted = results.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
    console.log(
      `${table(results)}\n${results.length} of ${rows.length} rows, median ${(100 * median).toFixed(4)} %`,
    );
    expect(median).toBeLessThanOrEqual(0.002);
    const far = results.filter(
      ({ model, error }) => Math.abs(error) > 0.002 && !(model in OUTLIERS),
    );
    expect(far).toEqual([]);
  });

  test("every row is read, or listed with the reason why not", () => {
    const read = new Set(results.map(({ model }) => model));
    const unlisted = rows.filter(({ model }) => !read.has(model) && !(model in UNREADABLE));
    expect(unlisted.map(({ model }) => model)).toEqual([]);
  });
});
