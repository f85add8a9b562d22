import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importHfConfig } from "../packages/core/src/importers/hf-config.ts";
import { kvBytesPerToken } from "../packages/core/src/memory/kv-cache.ts";
import { stateBytesPerSequence } from "../packages/core/src/memory/recurrent-state.ts";
import { stageWeights } from "../packages/core/src/memory/weights.ts";
import { layerCount } from "../packages/core/src/model/layer-groups.ts";
import type { ModelSpec } from "../packages/core/src/model/model.ts";
import { countParameters, countUnread } from "../packages/core/src/model/params.ts";
import { InputError } from "../packages/core/src/report/errors.ts";

interface Row {
  readonly class: string;
  readonly parameters: number;
  readonly config: Readonly<Record<string, unknown>>;
}

// small models of odd sizes, two of a family, with what can be switched on, and defaults of later families; counted by
// scripts/measure/count-parameters.py
const rows = fixture("hf-counts");

// transformers' defaults of models whose towers no one described here
const plainTowers = fixture("hf-plain-towers");

function fixture(name: string): readonly Row[] {
  return readFileSync(new URL(`fixtures/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

function read(config: unknown): ModelSpec {
  return importHfConfig({ id: "test", file: "config.json", config });
}

describe("every family has as many parameters as transformers builds", () => {
  test("there are many families", () => {
    expect(new Set(rows.map(({ config }) => config["model_type"])).size).toBeGreaterThan(95);
  });

  test.each(rows)("$class of $config.model_type: $parameters", ({ config, parameters }) => {
    const model = read(config);
    const { total, active, byRole } = countParameters(model);
    expect(total).toBe(parameters);
    expect(Object.values(byRole).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect(active).toBeLessThanOrEqual(total);
    expect(model.reading).toBe("known");
  });
});

describe("a tower that is not known", () => {
  test.each(plainTowers)(
    "$class: its fields say nearly how large it is",
    ({ config, parameters }) => {
      const model = read(config);
      expect(Math.abs(countParameters(model).total / parameters - 1)).toBeLessThan(0.01);
      expect(model.reading).toBe("by-fields");
      expect(model.notes.join()).toMatch(/tower is of a kind that is not known/);
    },
  );

  test.each([
    ["a width that is none", { hidden_size: -1, num_hidden_layers: 2 }],
    ["no layers", { hidden_size: 64 }],
    ["a name", "some/tower"],
  ])("%s: left out, and said", (_what, vision) => {
    const llama = rows.find(({ config }) => config["model_type"] === "llama");
    const model = read({ ...llama?.config, vision_config: vision });
    expect(countParameters(model).total).toBe(llama?.parameters);
    expect(model.notes.join()).toMatch(
      /vision tower is of a kind that is not known, and is left out/,
    );
  });
});

// transformers also builds one of the two matrices of its experts that do nothing; the published files have neither
test("LongCat-Flash has the 560 billion parameters that its paper says", () => {
  const config = {
    model_type: "longcat_flash",
    vocab_size: 131_072,
    hidden_size: 6144,
    num_layers: 28,
    num_attention_heads: 64,
    ffn_hidden_size: 12_288,
    expert_ffn_hidden_size: 2048,
    q_lora_rank: 1536,
    kv_lora_rank: 512,
    qk_nope_head_dim: 128,
    qk_rope_head_dim: 64,
    v_head_dim: 128,
    n_routed_experts: 512,
    zero_expert_num: 256,
    moe_topk: 12,
  };
  const { total } = countParameters(read(config));
  expect(Math.round(total / 1e9)).toBeGreaterThanOrEqual(560);
  expect(Math.round(total / 1e9)).toBeLessThanOrEqual(562);
});

const VALUES = [
  0,
  1,
  3,
  64,
  4096,
  -1,
  0.5,
  1e300,
  2 ** 53,
  "1",
  "",
  null,
  [],
  [1],
  {},
  true,
  false,
];

/** A config with values of all kinds in place of some of its fields, or of those of its parts. */
const damaged = fc.constantFrom(...rows).chain(({ config }) => {
  const parts = Object.keys(config).filter((key) => typeof config[key] === "object");
  const changes = (fields: object): fc.Arbitrary<Record<string, unknown>> =>
    fc.dictionary(
      fc.constantFrom(...Object.keys(fields), "layer_types"),
      fc.oneof(fc.constantFrom(...VALUES), fc.jsonValue()),
      { maxKeys: 3 },
    );
  return fc
    .tuple(changes(config), fc.constantFrom(...parts, "none"), changes(rows[0]?.config ?? {}))
    .map(([own, part, inner]) => ({
      ...config,
      ...(part === "none" ? {} : { [part]: { ...(config[part] as object), ...inner } }),
      ...own,
    }));
});

describe("whatever stands in a config", () => {
  test("it is a model with whole parameters, or an InputError", () => {
    fc.assert(
      fc.property(damaged, (config) => {
        try {
          const model = read(config);
          const { total, byRole } = countParameters(model);
          expect(Number.isSafeInteger(total)).toBe(true);
          expect(Object.values(byRole).every((count) => count >= 0)).toBe(true);
          expect(layerCount(model)).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const RULES = { cutsEmbedding: true, zeroPointBits: 16 } as const;

describe("ranks", () => {
  const models = rows.map(({ config }) => read(config));
  interface Place {
    readonly parallelism: { readonly tp: number; readonly pp: number; readonly ep: number };
    readonly stage: number;
  }

  const layouts = fc.record({
    model: fc.constantFrom(...models),
    tp: fc.constantFrom(1, 2, 3, 4, 8),
    pp: fc.integer({ min: 1, max: 3 }),
  });

  test("one rank holds two bytes of every parameter that is loaded", () => {
    for (const model of models) {
      const { total } = countParameters(model);
      const { plain, quantized, scales } = stageWeights(
        {
          model,
          weights: { quantization: "bf16", excluded: [] },
          parallelism: { tp: 1, pp: 1, ep: 1 },
          rules: RULES,
        },
        0,
      );
      expect(plain).toBeGreaterThanOrEqual(2 * total);
      expect(quantized + scales).toBe(0);
      if (model.parts.every(({ isCounted, isLoaded }) => isCounted === isLoaded)) {
        expect(plain).toBe(2 * (total + countUnread(model)));
      }
    }
  });

  test("together never hold less than one alone: weights, KV cache, state", () => {
    fc.assert(
      fc.property(layouts, ({ model, tp, pp }) => {
        const alone: Place = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };
        const stages = Array.from({ length: pp }, (_, stage) => ({
          parallelism: { tp, pp, ep: 1 },
          stage,
        }));
        const sum = (of: (place: Place) => number): number =>
          tp * stages.reduce((bytes, place) => bytes + of(place), 0);
        expect(sum((place) => kvBytesPerToken(model, "bf16", place))).toBeGreaterThanOrEqual(
          kvBytesPerToken(model, "bf16", alone),
        );
        expect(sum((place) => stateBytesPerSequence(model, place))).toBeGreaterThanOrEqual(
          stateBytesPerSequence(model, alone),
        );
        const weights = { quantization: "bf16", excluded: [] } as const;
        const held = ({ parallelism, stage }: Place): number =>
          stageWeights({ model, weights, parallelism, rules: RULES }, stage).plain;
        expect(sum(held)).toBeGreaterThanOrEqual(held(alone));
      }),
      { numRuns: 300 },
    );
  });
});

// the fuzzer found a ratio that was an object: weights of NaN bytes
test.each([{}, [], "5", -1, 0, 1e-9, 101, 1e300])(
  "Step's vision tower has no ratio of %j",
  (ratio) => {
    const row = rows.find(({ config }) => config["model_type"] === "step3p7");
    const vision = { ...(row?.config["vision_config"] as object), mlp_ratio: ratio };
    const config = { ...row?.config, vision_config: vision };
    expect(() => read(config)).toThrow(
      /vision_config\.mlp_ratio: expected a number from 1 \/ hidden/,
    );
  },
);
