import { baseOf, shareOf } from "../memory/kv-budget.ts";
import { freeBeforeLoad } from "../memory/least-budget.ts";
import { illegalities } from "../memory/legality.ts";
import type { MemoryShort, Reason } from "../report/reason.ts";
import { heldBeforeKv } from "./estimate-capacity.ts";
import { capabilitiesOf, cardOf } from "./estimate-cards.ts";
import { crossAttentionReasons, tooLong } from "./estimate-cross-reasons.ts";
import type { RankGroup } from "./estimate-ranks.ts";
import type { Setting } from "./estimate-setting.ts";

/** Everything that keeps this configuration from running; empty when it runs. */
export function reasonsAgainst(
  setting: Setting,
  groups: readonly RankGroup[],
  held: { readonly tokens: number; readonly maxSequences: number },
): readonly Reason[] {
  const { model, limits } = setting.memory;
  const illegal = [
    ...illegalOn(setting),
    ...crossAttentionReasons(setting.memory),
    ...unequal(setting, groups),
  ];
  const short = shortOn(setting, groups);
  if (short.length > 0) {
    return [...illegal, ...short];
  }
  return held.maxSequences < 1
    ? [...illegal, tooLong(model, limits.maxSeqLen, held.tokens)]
    : illegal;
}

/** What forbids it on any of its cards; what is true of all of them is said once. */
function illegalOn({ memory, cards }: Setting): readonly Reason[] {
  const { model, engine, weights, kvCacheDtype, parallelism } = memory;
  const illegalAt = (computeCapability: string): readonly Reason[] =>
    illegalities({ model, engine, weights, kvCacheDtype, parallelism, computeCapability });
  const [first = "", ...others] = capabilitiesOf(cards);
  const more = others.flatMap((capability) =>
    illegalAt(capability).filter((reason) => "computeCapability" in reason),
  );
  return others.length === 0 ? illegalAt(first) : [...illegalAt(first), ...more];
}

/** Ranks of a tensor parallel group that do not go together. */
function unequal(setting: Setting, groups: readonly RankGroup[]): readonly Reason[] {
  const { cards, memory, rules } = setting;
  const { tp, pp } = memory.parallelism;
  if (cards.length === 1 || tp === 1) {
    return [];
  }
  const mixed = Array.from({ length: pp }, (_, stage) =>
    capabilitiesOf(Array.from({ length: tp }, (__, i) => cardOf(cards, stage * tp + i))),
  ).find((capabilities) => capabilities.length > 1);
  return [
    ...(rules.needsEqualRanks && mixed !== undefined
      ? [{ code: "mixed-tensor-parallel" as const, engine: rules.id, capabilities: mixed }]
      : []),
    ...unbalanced(setting, groups),
  ];
}

/** SGLang does not start a tensor parallel group where one card has much less free than another. */
function unbalanced({ rules, facts }: Setting, groups: readonly RankGroup[]): readonly Reason[] {
  const share = facts.value("leastFreeShare", 0);
  const free = groups.map(({ card, rank }) => freeBeforeLoad(rules, card, rank.terms));
  const [leastBytes, mostBytes] = [Math.min(...free), Math.max(...free)];
  return leastBytes < share * mostBytes
    ? [{ code: "memory-unbalanced", engine: rules.id, share, leastBytes, mostBytes }]
    : [];
}

/** Kinds of cards on which a rank can't start, each once. */
function shortOn(setting: Setting, groups: readonly RankGroup[]): readonly Reason[] {
  const short = new Map<string, Reason>();
  for (const group of groups) {
    const room = shortRoom(setting, group);
    if (room !== undefined && !short.has(group.gpu.id)) {
      const { memory } = setting;
      const { tp, pp } = memory.parallelism;
      short.set(group.gpu.id, {
        code: "memory-short",
        gpu: group.gpu.id,
        quantization: memory.weights.quantization,
        layout: `tp ${tp}, pp ${pp}`,
        ranks: tp * pp,
        isEven: tp * pp === 1,
        ...room,
      });
    }
  }
  return [...short.values()];
}

/** What a rank that can't load needs, or an engine asks for that refuses since less is free than its share. */
function shortRoom(
  { rules }: Setting,
  { rank, room, card }: RankGroup,
): Pick<MemoryShort, "needBytes" | "haveBytes" | "fraction"> | undefined {
  const free = card.totalBytes - card.usedBytes;
  if (room.budget.value <= 0) {
    const needBytes = heldBeforeKv(rank);
    return needBytes > free
      ? { needBytes, haveBytes: free }
      : {
          needBytes: rank.terms.reduce(
            (sum, term) => sum + shareOf(rules, card, term) * term.bytes,
            0,
          ),
          haveBytes: baseOf(rules, card),
          fraction: card.fraction,
        };
  }
  const requested = Math.ceil(card.fraction * card.totalBytes);
  const context = rank.terms.find(({ id }) => id === "context")?.bytes ?? 0;
  return rules.needsShareFree && free - context < requested
    ? { needBytes: requested, haveBytes: free - context }
    : undefined;
}
