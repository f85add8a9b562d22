import { type FactTable, factsFor } from "../engine/facts.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import type { StagePlace } from "../model/layer-groups.ts";
import type { Tokens } from "../units/units.ts";
import { crossBytesOfSequence, crossKvOf } from "./cross-kv.ts";
import type { MemoryRequest } from "./estimate.ts";
import { type BlockRule, sequenceTokens } from "./kv-blocks.ts";
import { cellBytesOfSequence } from "./kv-cells.ts";
import { blocksOfSequence, type PagedLayout, type PagedSequence, pagedLayout } from "./kv-pages.ts";
import { stateBytesPerSequence } from "./recurrent-state.ts";
import { shareToStart } from "./resumable-sequences.ts";
import { poolBytesPerToken, poolTokens } from "./window-pool.ts";

/** How an engine keeps the cache of one replica. */
export interface CacheSetting {
  readonly memory: MemoryRequest;
  readonly rules: EngineRules;
  readonly facts: FactTable;
  readonly blocks: BlockRule;
}

/** The cache of one sequence of max_seq_len on every rank of a pipeline stage. */
export interface SequenceCache {
  /** KV bytes in whole blocks of each beam, with the state that it carries in the cache. */
  readonly bytes: number;
  /** Part of what an engine has for its cache that KV may take; the rest is for recurrent state (SGLang). */
  readonly share: number;
  /** Layers of several kinds in one pool, where the engine and the model have that. */
  readonly pages: PagedLayout | undefined;
  /** Whole bytes that a rank gives for it: KV, pool of state, and what stays free so that it may start. */
  readonly poolBytes: number;
  /** Whole bytes of blocks that no sequence gets, once for all of them. */
  readonly nullBytes: number;
  /** Blocks that it takes, and tokens of it that they count as. */
  readonly blocks: number;
  readonly tokens: number;
}

export function sequenceCache(setting: CacheSetting, stage: number): SequenceCache {
  const place = { parallelism: setting.memory.parallelism, stage };
  const { maxSeqLen } = setting.memory.limits;
  const { tokensPerBlock } = setting.blocks;
  const ownTokens = tokensOfSequence(setting);
  const pages = pagesOf(setting, place);
  const bytes = bytesOfSequence(setting, place, pages);
  const share = shareOfKv(setting, place);
  return {
    bytes,
    share,
    pages,
    poolBytes: poolBytes(setting, place, { bytes, share }),
    nullBytes: nullBlocks(setting) * Math.ceil(blockBytes(setting, place, pages)),
    ...(pages === undefined
      ? {
          blocks: ownTokens / tokensPerBlock,
          tokens: ownTokens,
        }
      : { blocks: blocksOfSequence(pages, pagedSequence(setting)), tokens: maxSeqLen }),
  };
}

/** How the engine of a request keeps its cache; facts of the cache hold on every card. */
export function cacheSetting(memory: MemoryRequest, blocks: BlockRule): CacheSetting {
  const { engine, version, weights, stageCapabilities } = memory;
  return {
    memory,
    blocks,
    rules: rulesOf(engine, version),
    facts: factsFor(engine, {
      version,
      computeCapability: stageCapabilities[0] ?? "",
      quantization: weights.quantization,
    }),
  };
}

/**
 * Blocks of every rank's pool that no sequence gets: vLLM V1 keeps the first one as a placeholder for blocks that a
 * window has left behind, whether a model has windows or not (pull request 14097).
 */
export function nullBlocks({ facts }: Pick<CacheSetting, "facts">): number {
  return facts.value("nullBlocks", 0);
}

function blockBytes(
  { memory, blocks }: CacheSetting,
  place: StagePlace,
  pages: PagedLayout | undefined,
): number {
  return pages?.blockBytes ?? blocks.tokensPerBlock * poolBytesPerToken(memory, place);
}

/**
 * KV and state stand in one ratio, so the one that is short of its share makes the other larger. Where a sequence
 * may start only beside a share u of the pool in use, the engine itself takes 1 / u of what its tokens need.
 */
function poolBytes(
  { memory }: CacheSetting,
  place: StagePlace,
  { bytes, share }: Pick<SequenceCache, "bytes" | "share">,
): number {
  const state = share === 1 ? 0 : stateBytesPerSequence(memory.model, place) / (1 - share);
  return Math.ceil(Math.max(bytes / share, state) / (shareToStart(memory) ?? 1));
}

/** Tokens of the pool for one sequence of full length, one beam, in whole blocks. */
export function tokensOfSequence({
  memory,
  blocks,
}: Pick<CacheSetting, "memory" | "blocks">): Tokens {
  return sequenceTokens(poolTokens(memory, memory.limits.maxSeqLen), blocks.tokensPerBlock);
}

/** A sequence of full length, as a pool of pages sees it: a state for each token of a draft, which may be taken back. */
export function pagedSequence({ memory, facts }: CacheSetting): PagedSequence {
  const { maxSeqLen, maxNumTokens } = memory.limits;
  const pages = facts.value("statePages", 1) + (memory.model.run?.draftTokens ?? 0);
  return { maxSeqLen, maxNumTokens, statePages: pages };
}

/** SGLang divides what is left between KV cache and a pool of state: 1 and mamba_full_memory_ratio parts. */
function shareOfKv({ rules, memory, facts }: CacheSetting, place: StagePlace): number {
  const hasPool = rules.state === "pool" && stateBytesPerSequence(memory.model, place) > 0;
  return hasPool ? 1 / (1 + facts.need("statePoolRatio").value) : 1;
}

function pagesOf(
  { rules, memory, blocks }: CacheSetting,
  place: StagePlace,
): PagedLayout | undefined {
  return rules.windows === "pages"
    ? pagedLayout(memory.model, memory.kvCacheDtype, {
        ...place,
        tokensPerBlock: blocks.tokensPerBlock,
        holdsCross: crossKvOf(memory, place)?.holds === "pages",
      })
    : undefined;
}

function bytesOfSequence(
  setting: CacheSetting,
  place: StagePlace,
  pages: PagedLayout | undefined,
): number {
  const { memory, rules, facts, blocks } = setting;
  if (pages !== undefined) {
    return pages.blockBytes * blocksOfSequence(pages, pagedSequence(setting));
  }
  const cells = tokensOfSequence(setting);
  if (rules.windows !== "cells") {
    const own = (memory.beams ?? 1) * cells * poolBytesPerToken(memory, place);
    return own + crossBytesOfSequence(crossKvOf(memory, place), blocks.tokensPerBlock);
  }
  return cellBytesOfSequence(memory.model, memory.kvCacheDtype, {
    ...place,
    cells,
    microBatch: memory.limits.maxNumTokens,
    padding: facts.need("cellPadding").value,
  });
}
