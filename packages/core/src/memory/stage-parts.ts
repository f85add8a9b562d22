import type { EngineSpec } from "../engine/engine.ts";
import { stageLayers } from "../model/layer-groups.ts";
import { layerRanks } from "../model/parallelism.ts";
import { estimateStage, type MemoryRequest } from "./estimate.ts";
import type { BlockRule } from "./kv-blocks.ts";
import { cacheSetting, sequenceCache } from "./kv-sequence.ts";
import { type TermParts, termParts } from "./planned-terms.ts";
import { carriesState } from "./recurrent-state.ts";
import { remember } from "./remember.ts";

/** What every rank of one pipeline stage holds, ready to be counted at any risk; all in bytes. */
export interface StageParts {
  readonly terms: TermParts;
  readonly weightBytes: number;
  /** What a rank gives for one sequence of full length. */
  readonly poolBytes: number;
  /** Blocks that no sequence gets, once for all of them. */
  readonly nullBytes: number;
}

/**
 * As `estimateStage` and `sequenceCache`, once for all stages that hold the same: of as many layers, with the same ends
 * of the model, on the same kind of card. A plan prices thousands of stages, most of them alike.
 */
export function stageParts(request: MemoryRequest, blocks: BlockRule, stage: number): StageParts {
  const { pools, ...held } = known(request, heldKey(request, stage), () => heldBy(request, stage));
  const before = pools.find((one) => isFor(one, request, blocks));
  const pool = before ?? poolOf(request, blocks, stage);
  if (before === undefined) {
    pools.push(pool);
  }
  const { poolBytes, nullBytes } = pool;
  return { ...held, poolBytes, nullBytes };
}

const known = remember<Held>();

/** What has nothing to do with how the KV cache is kept, and the pools of the ways to keep it; nearly always one. */
type Held = Pick<StageParts, "terms" | "weightBytes"> & { readonly pools: Pool[] };

/** What sequences take with the cache kept so. */
type Pool = Pick<StageParts, "poolBytes" | "nullBytes"> &
  BlockRule &
  Pick<MemoryRequest, "kvCacheDtype">;

function isFor(
  pool: Pool,
  { kvCacheDtype }: MemoryRequest,
  { tokensPerBlock, roundsUp }: BlockRule,
): boolean {
  return (
    pool.kvCacheDtype === kvCacheDtype &&
    pool.tokensPerBlock === tokensPerBlock &&
    pool.roundsUp === roundsUp
  );
}

function poolOf(request: MemoryRequest, blocks: BlockRule, stage: number): Pool {
  const { poolBytes, nullBytes } = sequenceCache(cacheSetting(request, blocks), stage);
  const { tokensPerBlock, roundsUp } = blocks;
  return { kvCacheDtype: request.kvCacheDtype, tokensPerBlock, roundsUp, poolBytes, nullBytes };
}

function heldBy(request: MemoryRequest, stage: number): Held {
  const { terms } = estimateStage(request, stage);
  const weightBytes = terms.find(({ id }) => id === "weights")?.bytes ?? 0;
  return { terms: termParts(terms), weightBytes, pools: [] };
}

/** Everything that it depends on besides the model and its weights. */
function heldKey(request: MemoryRequest, stage: number): string {
  const { model, engine, version, weights, parallelism, limits } = request;
  const { tp, pp, ep } = parallelism;
  const { start, count } = stageLayers(model, { parallelism, stage });
  // state is held for every stage in flight, and files that were cut for their ranks are of one layout
  const isByStages = weights.rankFiles !== undefined || carriesState(model);
  return [
    engineKey(engine),
    version,
    limits.maxBatchSize,
    limits.maxNumTokens,
    limits.maxSeqLen,
    request.beams ?? 1,
    request.gpuWeightsShare ?? 1,
    tp,
    ep,
    layerRanks(parallelism),
    stage === 0,
    stage === pp - 1,
    tp * pp > 1,
    isByStages ? `${pp} ${stage}` : "",
    model.layers.length > 1 ? start : "",
    count,
    request.stageCapabilities[stage] ?? request.stageCapabilities[0],
    request.memoryGiB,
    request.hasPeerToPeer,
  ].join();
}

/** Engines are told apart by their id and by what a user's own runs correct. */
function engineKey(engine: EngineSpec): string {
  const key = ENGINE_KEYS.get(engine) ?? JSON.stringify([engine.id, engine.corrections]);
  ENGINE_KEYS.set(engine, key);
  return key;
}

const ENGINE_KEYS = new WeakMap<EngineSpec, string>();
