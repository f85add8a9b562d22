import type { EngineSpec } from "../engine/engine.ts";
import type { MemoryRequest } from "../memory/estimate.ts";
import { illegalities } from "../memory/legality.ts";
import { plannedSums } from "../memory/planned-terms.ts";
import { remember } from "../memory/remember.ts";
import { stageParts } from "../memory/stage-parts.ts";
import type { StoredWeights } from "../model/quantization.ts";
import { variantsOf } from "../placement/model-variants.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { settingKey } from "../placement/price.ts";
import { leastEach } from "../placement/survive.ts";

/** What one replica needs at least, over all its cards together. */
export interface LeastNeed {
  readonly needBytes: number;
  readonly weightBytes: number;
}

/**
 * The least that all ranks of one replica hold together with the chance asked for, with the least KV cache,
 * over the layouts that the model may use on cards of one compute capability; undefined where none is legal.
 * No plan in this precision on such cards takes less.
 */
export function leastNeed(
  model: PlannedModel,
  weights: StoredWeights,
  computeCapability: string,
): LeastNeed | undefined {
  const { spec, alternatives, tp, pp } = model;
  const key = [settingKey(model), alternatives, tp, pp, leastEach(model), computeCapability];
  return needs({ model: spec, weights }, JSON.stringify(key), () => ({
    least: findLeast(model, weights, computeCapability),
  })).least;
}

/** Remedies ask again and again, of the same model on other cards of one kind. */
const needs = remember<{ readonly least: LeastNeed | undefined }>();

function findLeast(
  model: PlannedModel,
  weights: StoredWeights,
  computeCapability: string,
): LeastNeed | undefined {
  const found = variantsOf(model).flatMap(({ model: variant }) =>
    model.tp.flatMap((tp) =>
      model.pp.flatMap((pp) => needOf(variant, { weights, computeCapability, tp, pp }) ?? []),
    ),
  );
  return found.sort((a, b) => a.needBytes - b.needBytes)[0];
}

interface Layout {
  readonly weights: StoredWeights;
  readonly computeCapability: string;
  readonly tp: number;
  readonly pp: number;
}

function needOf(
  model: PlannedModel,
  { weights, computeCapability, tp, pp }: Layout,
): LeastNeed | undefined {
  const parallelism = { tp, pp, ep: model.ep };
  const engine: EngineSpec = model.engine;
  const { kvCacheDtype } = model;
  if (
    tp * pp < 1 ||
    illegalities({
      model: model.spec,
      engine,
      weights,
      kvCacheDtype,
      parallelism,
      computeCapability,
    }).length > 0
  ) {
    return undefined;
  }
  const request: MemoryRequest = {
    model: model.spec,
    engine,
    version: model.version,
    weights,
    kvCacheDtype,
    parallelism,
    stageCapabilities: [computeCapability],
    hasPeerToPeer: false,
    limits: model.limits,
  };
  const sequences = leastEach(model);
  const blocks = { tokensPerBlock: model.tokensPerBlock, roundsUp: model.roundsBlocksUp };
  let [needBytes, weightBytes] = [0, 0];
  for (let stage = 0; stage < pp; stage += 1) {
    const parts = stageParts(request, blocks, stage);
    const cache = parts.nullBytes + sequences * parts.poolBytes;
    needBytes += tp * (plannedSums(parts.terms, model.risk / pp).all + cache);
    weightBytes += tp * parts.weightBytes;
  }
  return { needBytes, weightBytes };
}
