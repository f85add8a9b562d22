import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importPreset } from "../packages/core/src/catalog/catalog.ts";
import { importModelFiles } from "../packages/core/src/importers/import-model-files.ts";
import { kvBytesOfSequence, kvGroups } from "../packages/core/src/memory/kv-cache.ts";
import { countParameters, countPart } from "../packages/core/src/model/params.ts";
import { tokens } from "../packages/core/src/units/units.ts";

const TRUTH = new URL("../../shared/truth/", import.meta.url);

interface Row {
  readonly model: string;
  readonly config: string;
  readonly parameters: number;
  /** By the names of modules, so that some parts stand under a neighbour's name. */
  readonly groups: Readonly<Partial<Record<Group, number>>>;
}

type Group =
  | "embed"
  | "lm_head"
  | "attn"
  | "mlp"
  | "experts"
  | "shared_expert"
  | "router"
  | "norm"
  | "vision"
  | "other";

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

const forwards = linesOf<ForwardRow>("measured-forward-h100.jsonl");

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

/** One rank alone. */
const WHOLE = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };

describe.skipIf(!isThere)("parameters of published configs", () => {
  test("are all there", () => {
    expect(rows.length).toBeGreaterThanOrEqual(38);
    expect(forwards.length).toBeGreaterThanOrEqual(44);
  });

  test.each(rows)("$model has $parameters, as transformers counts them", (row) => {
    const model = read(row);
    expect(countParameters(model).total).toBe(row.parameters);
    expect(model.reading).toBe("known");
  });

  test.each(rows)("$model has them in the roles that its modules' names tell", (row) => {
    const { byRole } = countParameters(read(row));
    const { groups } = row;
    const of = (...names: Group[]): number =>
      names.reduce((sum, name) => sum + (groups[name] ?? 0), 0);
    expect(byRole.embedding).toBe(of("embed"));
    expect(byRole.head).toBe(of("lm_head"));
    expect(byRole.expert).toBe(of("experts"));
    expect(byRole.router).toBe(of("router"));
    expect(byRole.vision).toBe(of("vision"));
    // "post_attention_layernorm" counts as attention there, and what a Nemotron layer has else as its mixer
    const rest = ["attn", "mlp", "shared_expert", "norm", "other"] as const;
    expect(byRole.attention + byRole.mlp + byRole.norm + byRole.other).toBe(of(...rest));
    if (groups.attn !== undefined && !/Nemotron|V4/.test(row.model)) {
      expect(byRole.mlp).toBe(of("mlp", "shared_expert"));
    }
  });

  test.each([
    // vision_config: 27 layers of 1152, mlp 4304, out 5120: counted by the class for images, not by the one for text
    { model: "Qwen/Qwen3.5-27B", part: "vision" as const, parameters: 460_730_096 },
    // one layer: MLA, 256 · 3 · 7168 · 2048 of experts, a shared one, a router, norms; 2 · 7168 by 7168 and three norms
    {
      model: "deepseek-ai/DeepSeek-V3",
      part: "draft" as const,
      parameters:
        187_107_328 +
        256 * 3 * 7168 * 2048 +
        3 * 7168 * 2048 +
        256 * 7168 +
        2 * 7168 +
        2 * 7168 * 7168 +
        3 * 7168,
    },
  ])("$model has $parameters more in a part for $part", ({ model, part, parameters }) => {
    const row = rows.find((candidate) => candidate.model === model);
    expect(row && countPart(read(row), part)).toBe(parameters);
  });
});

describe.skipIf(!isThere)("KV cache of forward passes", () => {
  // transformers keeps window − 1 tokens of a sliding layer after a prefill that is longer
  test.each(forwards)("$model, $batch times $tokens: $kv_bytes B", (row) => {
    const found = rows.find(({ model }) => model === row.model);
    const model = found && read(found);
    const groups = model === undefined ? [] : kvGroups(model, "bf16", WHOLE);
    const cut = groups
      .filter(({ window }) => window !== undefined && row.tokens >= window)
      .reduce((sum, { bytesPerToken }) => sum + bytesPerToken, 0);
    const length = tokens(row.tokens);
    const bytes = model === undefined ? 0 : kvBytesOfSequence(model, "bf16", { ...WHOLE, length });
    expect(row.batch * (bytes - cut)).toBe(row.kv_bytes);
  });
});

// SGLang's pull request 18039: tp 4, 300288 tokens of window layers, "K size: 8.38 GB, V size: 5.59 GB"
test("MiMo V2 Flash caches in its window layers what SGLang printed", () => {
  const model = importPreset("XiaomiMiMo/MiMo-V2-Flash");
  const rank = { parallelism: { tp: 4, pp: 1, ep: 1 }, stage: 0 };
  const windows = model === undefined ? [] : kvGroups(model, "bf16", rank);
  const perToken = windows
    .filter(({ window }) => window !== undefined)
    .reduce((sum, { bytesPerToken }) => sum + bytesPerToken, 0);
  expect(perToken).toBe(39 * 2 * (192 + 128) * 2); // 2 of 8 heads a rank
  expect((perToken * 300_288) / 2 ** 30).toBeCloseTo(8.38 + 5.59, 1);
});
