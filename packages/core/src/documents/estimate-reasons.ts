import type { RankMemory } from "../memory/breakdown.ts";
import { illegalities } from "../memory/legality.ts";
import type { Reason } from "../report/reason.ts";
import { heldBeforeKv, type RankRoom } from "./estimate-capacity.ts";
import type { Setting } from "./estimate-setting.ts";

interface RankWithRoom {
  readonly rank: RankMemory;
  readonly room: RankRoom;
}

/** Everything that keeps this configuration from running; empty when it runs. */
export function reasonsAgainst(
  setting: Setting,
  ranks: readonly RankWithRoom[],
  held: { readonly tokens: number; readonly maxSequences: number },
): readonly Reason[] {
  const { memory } = setting;
  const { model, engine, weights, kvCacheDtype, parallelism, stageCapabilities } = memory;
  const illegal = illegalities({
    model,
    engine,
    weights,
    kvCacheDtype,
    parallelism,
    computeCapability: stageCapabilities[0] ?? "",
  });
  const short = shortOf(setting, ranks);
  if (short !== undefined) {
    return [...illegal, short];
  }
  const { maxSeqLen } = memory.limits;
  return held.maxSequences < 1
    ? [...illegal, { code: "sequence-too-long", maxSeqLen, kvTokens: held.tokens }]
    : illegal;
}

/** A rank that can't load, or an engine that refuses since less is free than its share. */
function shortOf(setting: Setting, ranks: readonly RankWithRoom[]): Reason | undefined {
  const { memory, gpu, room: card, rules } = setting;
  const { tp, pp } = memory.parallelism;
  const reason = (needBytes: number, haveBytes: number): Reason => ({
    code: "memory-short",
    gpu,
    quantization: memory.weights.quantization,
    layout: `tp ${tp}, pp ${pp}`,
    needBytes,
    haveBytes,
  });
  const free = card.totalBytes - card.usedBytes;
  const full = ranks.find(({ room }) => room.budget.value <= 0);
  if (full !== undefined) {
    return reason(heldBeforeKv(full.rank), free);
  }
  const requested = Math.ceil(card.fraction * card.totalBytes);
  const context = ranks[0]?.rank.terms.find(({ id }) => id === "context")?.bytes ?? 0;
  return rules.needsShareFree && free - context < requested
    ? reason(requested, free - context)
    : undefined;
}
