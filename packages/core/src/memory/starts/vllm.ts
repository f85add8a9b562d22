import { MOST_DIGITS, withFewDigits } from "./few-digits.ts";
import type { FoundRank, StartingEngine, StartLaw } from "./start-law.ts";

/** Whose memory counts against the share: only what the engine takes itself, or all that is used on the card. */
type Counts = "own" | "all";

/**
 * vLLM: KV = u · total − what counts against it, in whole blocks, the least of the ranks. V1 refuses to start
 * where less than u · total is free beside its CUDA context (reference/launchers.md, section 5), so others on a
 * card cap u; V0 does not ask, and before 0.6.5 counts what others hold as its own. One block of V1's pool is no
 * sequence's.
 */
export function vllmStart(counts: Counts, needsShareFree: boolean): StartLaw {
  return {
    knobs: (engine, ranks) => {
      const blocks = new Set(ranks.map((rank) => rank.blocks));
      const [numGpuBlocks] = blocks;
      return {
        gpuMemoryUtilization: utilization(engine, ranks, { counts, needsShareFree }),
        ...(blocks.size === 1 && numGpuBlocks !== undefined ? { numGpuBlocks } : {}),
      };
    },
    needs: ({ ranks }, { gpuMemoryUtilization = 0 }) =>
      ranks.map(({ totalBytes, contextBytes }) =>
        needsShareFree ? requested(gpuMemoryUtilization, totalBytes) + contextBytes : 0,
      ),
    held: (engine, ranks, { gpuMemoryUtilization = 0 }) =>
      heldWith(engine, ranks, { share: gpuMemoryUtilization, counts }),
  };
}

/** requested_memory = ceil(total · gpu_memory_utilization), as vLLM rounds it. */
function requested(share: number, totalBytes: number): number {
  return Math.ceil(share * totalBytes);
}

/** Bytes of the share that are not for the KV cache. */
function countedBytes(rank: FoundRank, counts: Counts): number {
  return rank.heldBefore + (counts === "all" ? rank.totalBytes - rank.freeAtStart : 0);
}

/** The largest share with which the engine still starts on all of its cards. */
function largestShare(ranks: readonly FoundRank[]): number {
  return Math.min(
    ...ranks.map((rank) => (rank.freeAtStart - rank.contextBytes - 1) / rank.totalBytes),
  );
}

/** Aims at the middle of a block above the planned ones, on the rank that needs the largest share. */
function utilization(
  engine: StartingEngine,
  ranks: readonly FoundRank[],
  { counts, needsShareFree }: { readonly counts: Counts; readonly needsShareFree: boolean },
): number {
  const most = needsShareFree ? largestShare(ranks) : 1;
  const aims = ranks.map((rank) => {
    const half = rank.blocks === 0 ? 0 : rank.poolBytes / rank.blocks / 2;
    const needed = countedBytes(rank, counts) + rank.poolBytes;
    return { exact: needed / rank.totalBytes, aim: (needed + half) / rank.totalBytes };
  });
  const largest = aims.reduce((a, b) => (b.exact > a.exact ? b : a), { exact: 0, aim: 0 });
  return withFewDigits(
    Math.min(largest.aim, most),
    MOST_DIGITS.float64,
    (share) => share <= most && heldWith(engine, ranks, { share, counts }) === engine.tokens,
  );
}

/** Tokens of the planned sequences, as many of them as the rank with fewest blocks holds. */
function heldWith(
  { tokens, nullBlocks }: StartingEngine,
  ranks: readonly FoundRank[],
  { share, counts }: { readonly share: number; readonly counts: Counts },
): number {
  const parts = ranks
    .filter((rank) => rank.blocks > 0)
    .map((rank) => {
      const budget = requested(share, rank.totalBytes) - countedBytes(rank, counts);
      const blocks = Math.max(0, Math.floor(budget / (rank.poolBytes / rank.blocks)));
      return Math.floor((tokens * Math.max(0, blocks - nullBlocks)) / (rank.blocks - nullBlocks));
    });
  return Math.min(...parts);
}
