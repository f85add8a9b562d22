import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { importHfConfig } from "../packages/core/src/importers/hf-config.ts";
import { kvBytesOfSequence } from "../packages/core/src/memory/kv-cache.ts";
import {
  type Attention,
  heldTokens,
  kvElementsPerToken,
} from "../packages/core/src/model/attention.ts";
import type { ModelSpec } from "../packages/core/src/model/model.ts";
import { stateElements } from "../packages/core/src/model/recurrent.ts";
import { type Tokens, tokens } from "../packages/core/src/units/units.ts";

type Cached =
  | readonly ["state", convolution: number, state: number]
  | readonly [heads: number, key: number, value: number, kept: number];

interface Row {
  readonly type: string;
  readonly length: number;
  readonly layers: readonly Cached[];
  readonly config: Readonly<Record<string, unknown>>;
}

// the caches of small models after one sequence, as transformers makes them; by scripts/measure/cache-shapes.py
const rows = readFileSync(new URL("fixtures/cache-shapes.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

const read = ({ config }: Row): ModelSpec =>
  importHfConfig({ id: "test", file: "config.json", config });

/** The layers that cache something of their own. */
function cachingLayers({ layers }: ModelSpec): readonly Attention[] {
  return layers
    .flatMap(({ count, layer }) => Array.from({ length: count }, () => layer.attention))
    .filter((attention) => !("sharesKv" in attention && attention.sharesKv === true));
}

/** Elements of a token, and tokens that are kept; or of a state. */
function byLaw(attention: Attention, length: Tokens): readonly number[] {
  if (attention.kind === "recurrent") {
    const { convolution, state } = stateElements(attention, 1);
    return [convolution, state];
  }
  return [kvElementsPerToken(attention, 1), heldTokens(attention, length)];
}

/**
 * transformers keeps one input of a convolution more than engines do, the newest, and of a window one token less, since
 * the newest comes with its own key.
 */
function byTransformers(cached: Cached, attention: Attention | undefined): readonly number[] {
  if (cached[0] === "state") {
    const width =
      attention?.kind === "recurrent" && "convWidth" in attention ? attention.convWidth : 1;
    return [(cached[1] * (width - 1)) / width, cached[2]];
  }
  const [heads, key, value, kept] = cached;
  return [heads * (key + value), attention?.kind === "sliding" ? kept + 1 : kept];
}

describe("every layer caches what transformers does", () => {
  test("families with windows, latents, states, shared layers and heads of two sizes are among them", () => {
    expect(new Set(rows.map(({ type }) => type)).size).toBeGreaterThanOrEqual(18);
  });

  test.each(rows)("$type", (row) => {
    const length = tokens(row.length);
    const layers = cachingLayers(read(row));
    expect(layers.map((attention) => byLaw(attention, length))).toEqual(
      row.layers.map((cached, i) => byTransformers(cached, layers[i])),
    );
  });

  test.each(rows)("$type: a sequence's bytes are the sum of its layers'", (row) => {
    const model = read(row);
    const place = { parallelism: { tp: 1, pp: 1, ep: 1 }, stage: 0 };
    const layers = cachingLayers(model);
    const elements = row.layers.reduce((sum, cached, i) => {
      const [perToken = 0, kept = 0] = byTransformers(cached, layers[i]);
      return sum + (cached[0] === "state" ? 0 : perToken * kept);
    }, 0);
    expect(kvBytesOfSequence(model, "bf16", { ...place, length: tokens(row.length) })).toBe(
      2 * elements,
    );
  });
});
