import { expect, test } from "vitest";
import { importPreset, modelIds } from "../catalog/catalog.ts";
import { engineById } from "../catalog/engine-catalog.ts";
import { layerCount } from "../model/layer-groups.ts";
import type { ModelSpec } from "../model/model.ts";
import { evenStages } from "../model/parallelism.ts";
import { estimateStage, type MemoryRequest } from "./estimate.ts";
import { cacheSetting, sequenceCache } from "./kv-sequence.ts";
import { termParts } from "./planned-terms.ts";
import { stageParts } from "./stage-parts.ts";

const BLOCKS = { tokensPerBlock: 32, roundsUp: false };

function requestFor(model: ModelSpec, engineId: string, tp: number, pp: number): MemoryRequest {
  const engine = engineById(engineId);
  if (engine === undefined) {
    throw new RangeError(engineId);
  }
  const layers = evenStages(layerCount(model), pp);
  // an uneven cut, so that stages of one layout are not all alike
  const stageLayers = layers.map((count, i) => count + (i === 0 ? 1 : 0) - (i === pp - 1 ? 1 : 0));
  return {
    model,
    engine,
    version: engine.newestVersion,
    weights: model.stored,
    kvCacheDtype: "bf16",
    parallelism: { tp, pp, ep: 1, ...(pp > 1 ? { stageLayers } : {}) },
    stageCapabilities: ["8.9"],
    hasPeerToPeer: false,
    limits: { maxBatchSize: 8, maxNumTokens: 2048, maxSeqLen: 4096 },
  };
}

test("what is remembered of one layout is what another is estimated to hold", () => {
  const models = modelIds().flatMap((id) => importPreset(id) ?? []);
  for (const model of models) {
    for (const engine of ["tensorrt-llm", "vllm"]) {
      for (const pp of [1, 2, 5].filter((stages) => stages <= layerCount(model))) {
        const request = requestFor(model, engine, 1, pp);
        for (let stage = 0; stage < pp; stage += 1) {
          const { terms, poolBytes, nullBytes } = stageParts(request, BLOCKS, stage);
          const cache = sequenceCache(cacheSetting(request, BLOCKS), stage);
          expect(terms, `${model.id} ${engine} ${pp} ${stage}`).toEqual(
            termParts(estimateStage(request, stage).terms),
          );
          expect([poolBytes, nullBytes]).toEqual([cache.poolBytes, cache.nullBytes]);
        }
      }
    }
  }
});
