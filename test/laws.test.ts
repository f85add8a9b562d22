import {
  type EstimateDocument,
  engineIds,
  estimate,
  gpuIds,
  importPreset,
  modelIds,
  SYMBOLS,
} from "@berth/core";
import fc from "fast-check";
import { all, create, evaluate } from "mathjs";
import { expect, test } from "vitest";

/** Any request that the catalogue can answer. */
const requests = fc
  .record({
    model: fc.constantFrom(...modelIds()),
    gpu: fc.constantFrom(...gpuIds()),
    engine: fc.constantFrom(...engineIds()),
    tp: fc.constantFrom(1, 2, 4, 8),
    pp: fc.integer({ min: 1, max: 4 }),
    quantization: fc.constantFrom("bf16", "fp8", "int4-awq", "int8-wo", "nvfp4"),
    maxNumTokens: fc.integer({ min: 1, max: 65_536 }),
    maxBatchSize: fc.integer({ min: 1, max: 4096 }),
    maxSeqLen: fc.integer({ min: 1, max: 131_072 }),
  })
  // llama.cpp deals out whole layers and knows no tensor parallel ranks
  .map((request) => (request.engine === "llama.cpp" ? { ...request, tp: 1 } : request));

test("every term is what its law says when mathjs evaluates it", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      if (spec === undefined) {
        throw new Error(`no preset ${model}`);
      }
      for (const { terms } of estimate(request, spec).ranks) {
        for (const term of terms) {
          expect(
            Math.abs(Number(evaluate(term.law, { ...term.values })) - term.bytes),
            `${term.id}: ${term.law}`,
          ).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("every term's bounds enclose it, and its sources are known by name", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      for (const { terms } of spec === undefined ? [] : estimate(request, spec).ranks) {
        for (const term of terms) {
          expect(term.lowBytes).toBeLessThanOrEqual(term.bytes);
          expect(term.bytes).toBeLessThanOrEqual(term.highBytes);
          expect(term.sources.length).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("more tokens a step never leave more KV cache, more context never fits more sequences", () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 8192 }), ({ model, ...request }, more) => {
      const spec = importPreset(model);
      if (spec === undefined) {
        throw new Error(`no preset ${model}`);
      }
      const base = estimate(request, spec);
      expect(
        estimate({ ...request, maxNumTokens: request.maxNumTokens + more }, spec).kvTokens,
      ).toBeLessThanOrEqual(base.kvTokens);
      expect(
        estimate({ ...request, maxSeqLen: request.maxSeqLen + more }, spec).maxSequences,
      ).toBeLessThanOrEqual(base.maxSequences);
    }),
    { numRuns: 200 },
  );
});

/** mathjs with the units that laws count in. */
const math = create(all ?? {}, {});
for (const unit of ["token", "element", "layer", "graph", "cell"]) {
  math.createUnit(unit);
}

/** The law's value when every symbol carries its unit; throws where a sum mixes dimensions. */
function evaluateWithUnits({
  law,
  values,
}: EstimateDocument["ranks"][number]["terms"][number]): unknown {
  const scope = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const unit = SYMBOLS[name]?.unit ?? "";
      return [name, unit === "1" ? value : math.unit(value, unit)];
    }),
  );
  return math.evaluate(law, scope);
}

test("every law gives bytes when its symbols carry their units", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      for (const term of spec === undefined
        ? []
        : (estimate(request, spec).ranks[0]?.terms ?? [])) {
        const value = evaluateWithUnits(term);
        expect(
          Math.abs(Number(math.number(value as never, "byte" as never)) - term.bytes),
          `${term.id}: ${term.law}`,
        ).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 150 },
  );
});
