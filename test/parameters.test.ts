import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importModelFiles } from "../packages/core/src/importers/import-model-files.ts";
import { kvElementsPerToken } from "../packages/core/src/model/attention.ts";
import { countParameters } from "../packages/core/src/model/params.ts";
import { InputError } from "../packages/core/src/report/errors.ts";

const TRUTH = new URL("../../shared/truth/", import.meta.url);

interface Row {
  readonly model: string;
  readonly config: string;
  readonly parameters: number;
}

/** Families that can't be described yet: refused, never miscounted. */
const REFUSED: ReadonlySet<string> = new Set([
  "openai/gpt-oss-20b",
  "MiniMaxAI/MiniMax-M2.5",
  "Qwen/Qwen3-VL-30B-A3B-Instruct",
  "Qwen/Qwen3-VL-4B-Instruct",
  "Qwen/Qwen3.5-27B",
  "Qwen/Qwen3.5-35B-A3B",
  "deepseek-ai/DeepSeek-V3.2",
  "deepseek-ai/DeepSeek-V4-Flash",
  "google/gemma-4-26B-A4B",
  "meta-llama/Llama-4-Scout-17B-16E-Instruct",
  "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
  "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8",
]);

const isThere = existsSync(TRUTH);
const rows = linesOf<Row>("parameters.jsonl");

function linesOf<T>(file: string): readonly T[] {
  return isThere
    ? readFileSync(new URL(file, TRUTH), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as T)
    : [];
}

interface ForwardRow {
  readonly model: string;
  readonly batch: number;
  readonly tokens: number;
  readonly kv_bytes: number;
}

function kvRows(): readonly { readonly model: string; readonly perToken: number }[] {
  return linesOf<ForwardRow>("measured-forward-h100.jsonl")
    .filter(({ model, batch, tokens }) => batch === 1 && tokens === 2048 && !/gemma/.test(model))
    .map(({ model, tokens, kv_bytes }) => ({ model, perToken: kv_bytes / tokens }));
}

function read(row: Row): ReturnType<typeof importModelFiles> {
  const beside = new URL(row.config.replace(/\.json$/, ".hf_quant.json"), TRUTH);
  return importModelFiles({
    path: row.model,
    files: {
      "config.json": readFileSync(new URL(row.config, TRUTH), "utf8"),
      ...(existsSync(beside) ? { "hf_quant_config.json": readFileSync(beside, "utf8") } : {}),
    },
  });
}

describe.skipIf(!isThere)("parameters of published configs", () => {
  test("there are configs of both kinds", () => {
    expect(rows.length).toBeGreaterThanOrEqual(38);
    expect(rows.filter(({ model }) => !REFUSED.has(model)).length).toBeGreaterThanOrEqual(26);
    expect(kvRows().length).toBeGreaterThanOrEqual(9);
  });

  test.each(rows.filter(({ model }) => !REFUSED.has(model)))(
    "$model has $parameters, as transformers counts them",
    (row) => {
      expect(countParameters(read(row)).total).toBe(row.parameters);
    },
  );

  // measured after a forward pass; models whose every layer keeps all tokens
  test.each(kvRows())("$model keeps $perToken B of KV a token", ({ model, perToken }) => {
    const row = rows.find((candidate) => candidate.model === model);
    const elements = (row === undefined ? [] : read(row).layers).reduce(
      (sum, { count, layer }) => sum + count * kvElementsPerToken(layer.attention, 1),
      0,
    );
    expect(Math.abs((2 * elements) / perToken - 1)).toBeLessThan(0.0015);
  });

  test.each(rows.filter(({ model }) => REFUSED.has(model)))("$model is refused", (row) => {
    expect(() => read(row)).toThrow(InputError);
  });
});
