import fc from "fast-check";
import { expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { engineById } from "../catalog/engine-catalog.ts";
import { type FactTable, factsFor } from "../engine/facts.ts";
import type { ModelSpec } from "../model/model.ts";
import { activationTerm } from "./activations.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { communicationTerms } from "./communication.ts";
import { keepTerms, onceForKept } from "./kept-terms.ts";
import { layerPeakTerm } from "./layer-peak.ts";
import { overheadTerms } from "./overhead.ts";
import { profiledPeakTerm } from "./profiled-peak.ts";
import { derivedTerm } from "./term.ts";

const models = ["meta-llama/Llama-3.1-8B", "Qwen/Qwen3-30B-A3B"].map(
  (id) => importPreset(id) as ModelSpec,
);

function factsOf(id: string): FactTable {
  const engine = engineById(id);
  if (engine === undefined) {
    throw new Error(`no engine ${id}`);
  }
  const { newestVersion: version } = engine;
  return factsFor(engine, { version, computeCapability: "9.0", quantization: "bf16" });
}

const vllm = factsOf("vllm");
const sglang = factsOf("sglang");
const trtllm = factsOf("tensorrt-llm");
const trtllmEngine = factsOf("tensorrt-llm-engine");

const term = (value: number): MemoryTerm =>
  derivedTerm({ id: "state", value, law: "slots", values: { slots: value }, sources: ["a"] });

test("a term is made once for its facts, model and key, and frozen", () => {
  const kept = keepTerms();
  const [model, other] = models;
  let made = 0;
  const make = (): MemoryTerm => {
    made += 1;
    return term(made);
  };
  const places = [
    [{ facts: vllm }, 1],
    [{ facts: vllm }, "1"],
    [{ facts: vllm }, 2],
    [{ facts: sglang }, 1],
    [{ facts: vllm, model }, 1],
    [{ facts: vllm, model: other }, 1],
  ] as const;
  const ask = (): readonly MemoryTerm[] =>
    places.map(([place, key]) => kept(place as { readonly facts: FactTable }, key, make));
  const first = ask();
  expect(new Set(first).size).toBe(places.length);
  expect(ask()).toEqual(first);
  expect(made).toBe(places.length);
  expect(first.every(Object.isFrozen)).toBe(true);
});

test("a batch of odd lines does not keep more and more", () => {
  const kept = keepTerms();
  const first = kept({ facts: vllm }, 0, () => term(0));
  for (let key = 1; key <= 5000; key += 1) {
    expect(kept({ facts: vllm }, key, () => term(key)).bytes).toBe(key);
  }
  expect(kept({ facts: vllm }, 0, () => term(0))).not.toBe(first);
});

test("what is computed of a kept term is computed once, of another each time", () => {
  const doubled = onceForKept(({ bytes }) => ({ bytes: 2 * bytes }));
  const kept = Object.freeze(term(3));
  expect(doubled(kept)).toEqual({ bytes: 6 });
  expect(doubled(kept)).toBe(doubled(kept));
  expect(Object.isFrozen(doubled(kept))).toBe(true);
  const fresh = term(3);
  expect(doubled(fresh)).not.toBe(doubled(fresh));
});

const few = (...values: number[]): fc.Arbitrary<number> => fc.constantFrom(...values);

/** Few values of each size, so that a size that a key left out would soon give another's term. */
const steps = fc.record({
  maxNumTokens: few(64, 4096),
  maxBatchSize: few(1, 256),
  maxSeqLen: few(1024, 65_536),
  tp: few(1, 2),
  ep: few(1, 2),
  pp: few(1, 2),
  isFirstStage: fc.boolean(),
  isLastStage: fc.boolean(),
  beams: few(1, 4),
});

test("a kept term of activations is what its law gives", () => {
  fc.assert(
    fc.property(fc.constantFrom(...models), steps, (model, load) => {
      for (const facts of [vllm, sglang]) {
        expect(activationTerm(model, facts, load)).toEqual(profiledPeakTerm(model, facts, load));
      }
      expect(activationTerm(model, trtllm, load)).toEqual(layerPeakTerm(model, trtllm, load));
    }),
    { numRuns: 500 },
  );
});

test("kept terms of communication and graphs have the values that were asked for", () => {
  const loads = fc.record({
    layers: few(32, 48),
    ranks: few(1, 4),
    tp: few(2, 4),
    hasPeerToPeer: fc.boolean(),
    maxBatchSize: few(1, 16, 64),
  });
  fc.assert(
    fc.property(loads, (load) => {
      const { tp, layers, maxBatchSize, hasPeerToPeer } = load;
      const [nccl] = communicationTerms(trtllm, load);
      const fact = trtllm.need(hasPeerToPeer ? "ncclPeerToPeerMiB" : "ncclHostMiB");
      expect(nccl?.values ?? { tp, nccl_mib: fact.value }).toMatchObject({
        tp,
        nccl_mib: fact.value,
      });
      expect(nccl === undefined).toBe(load.ranks === 1);
      const all = overheadTerms(trtllm, { ...load, vocab: 1, weightBytes: 1, maxSeqLen: 1 });
      const graphs = all.find(({ id }) => id === "graphs");
      // sizes 1, 2, 4 and every 8
      const sizes = { 1: 1, 16: 5, 64: 11 }[maxBatchSize];
      expect(graphs?.values).toMatchObject({ layers, graphs: sizes });
    }),
    { numRuns: 200 },
  );
});

test("a kept term of the decoder is what its law gives, and the runtime alone is made anew", () => {
  const loads = fc.record({
    maxBatchSize: few(1, 16),
    beams: few(1, 16),
    vocab: few(1, 16, 128),
    maxSeqLen: few(1024, 65_536),
  });
  const copies = trtllmEngine.need("decoderLogitsCopies").value;
  const place = { layers: 32, ranks: 2, tp: 2, hasPeerToPeer: true, weightBytes: 1 };
  fc.assert(
    fc.property(loads, (load) => {
      const all = overheadTerms(trtllmEngine, { ...place, ...load });
      const decoder = all.find(({ id }) => id === "decoder");
      const { maxBatchSize, beams, vocab } = load;
      // 4 bytes a logit
      expect(decoder?.bytes).toBe(Math.round(copies * 4 * maxBatchSize * beams * vocab));
      const { batch, vocab: rows, beams: each = 1 } = { ...decoder?.values };
      expect([batch, each, rows]).toEqual([maxBatchSize, beams, vocab]);
      const anew = all.filter((one) => !Object.isFrozen(one)).map(({ id }) => id);
      expect(anew).toEqual(["runtime"]);
    }),
    { numRuns: 200 },
  );
});
