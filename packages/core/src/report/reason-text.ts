import { formatCount, formatFraction, formatGib } from "../units/format.ts";
import { conflictText } from "./conflict-text.ts";
import { layoutText } from "./layout-text.ts";
import { lossText } from "./loss-text.ts";
import type {
  MemoryShort,
  NoCardAllowed,
  Reason,
  ReplicasNeedCards,
  TooFewCards,
} from "./reason.ts";
import type {
  HostMemoryShort,
  LostAtOnce,
  RateAfterLoss,
  ReplicasNeedHosts,
} from "./reason-hosts.ts";

/** A reason as one sentence, for command line and web page alike. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case "memory-short":
      return memoryText(reason);
    case "fleet-short":
      return `At ${reason.quantization}${reason.isSmallest ? ", the smallest that these cards can run," : ""} it needs at least ${formatGib(reason.needBytes)} (weights ${formatGib(reason.weightBytes)}); ${cardsText(reason.cards)} that can run it ${reason.cards === 1 ? "has" : "have"} ${formatGib(reason.haveBytes)}.`;
    case "sequence-too-long":
      return `The KV cache holds ${formatCount(reason.kvTokens)} tokens, less than one sequence of ${formatCount(reason.maxSeqLen)}.`;
    case "tp-divides-heads":
    case "tp-divides-kv-heads":
    case "tp-divides-width":
    case "tp-divides-vocabulary":
    case "too-many-stages":
    case "no-tensor-parallel":
    case "ep-divides-tp":
      return layoutText(reason);
    case "precision-unsupported":
      return `${reason.engine} can't run ${reason.quantization} on compute capability ${reason.computeCapability}.`;
    case "kv-dtype-unsupported":
      return `${reason.engine} can't keep its KV cache in ${reason.kvCacheDtype} on compute capability ${reason.computeCapability}.`;
    case "groups-cut":
      return `${reason.quantization} shares scales over ${reason.groupSize} columns, but a rank gets ${formatCount(reason.columns)} columns of ${reason.tensor}.`;
    case "mixed-tensor-parallel":
      return `${reason.engine} needs the ranks of a tensor parallel group on cards of one compute capability, here they are on ${reason.capabilities.join(" and ")}; pipeline stages may differ.`;
    case "memory-unbalanced":
      return `${reason.engine} starts with tensor parallelism only where every card has ${Math.round(100 * reason.share)} % of what is free on the emptiest; here it is ${formatGib(reason.leastBytes)} and ${formatGib(reason.mostBytes)}.`;
    case "cross-attention-unknown":
      return `No source says that ${reason.engine} ${reason.version} runs the cross-attention of ${reason.family} models.`;
    case "cross-attention-in-stages":
      return `${reason.engine} runs cross-attention in one pipeline stage and without attention data-parallelism only.`;
    case "cross-tokens-short":
      return `The KV cache has no room for one sequence of ${formatCount(reason.maxSeqLen)} with the ${formatCount(reason.crossTokens)} tokens that its cross-attention reads.`;
    case "too-few-cards":
    case "no-card-allowed":
    case "replicas-need-cards":
      return countText(reason);
    case "host-memory-short":
    case "replicas-need-hosts":
    case "lost-at-once":
    case "rate-after-loss":
      return hostText(reason);
    case "in-the-way":
      return WISHES[reason.wish](reason.names.join(", "));
    case "crowded-out":
      return `It needs at least ${formatGib(reason.needBytes)} and would fit alone; beside ${reason.by.join(", ")} the cards have ${formatGib(reason.freeBytes)} left in all, and no layout of it fits into that.`;
    case "conflict":
    case "conflict-unknown":
      return conflictText(reason);
    default:
      return reason satisfies never;
  }
}

function countText(reason: TooFewCards | NoCardAllowed | ReplicasNeedCards): string {
  if (reason.code === "too-few-cards") {
    return tooFewText(reason);
  }
  return reason.code === "no-card-allowed" ? noCardText(reason) : replicasText(reason);
}

function tooFewText({ ranks, stages, isAlike, most, maySpan }: TooFewCards): string {
  const cards = `${ranks} cards${isAlike ? " of one kind" : ""}`;
  const where =
    maySpan === true ? "in one host, or as many of them on each of several" : "in one host";
  const there = `the most that ${maySpan === true ? "one host has" : "there are"} is ${most}`;
  return stages === 1
    ? `It needs ${cards} ${where}; ${there}.`
    : `It needs ${stages} groups of ${cards} ${where}, one a pipeline stage; ${there}.`;
}

function replicasText(reason: ReplicasNeedCards): string {
  return `${reason.replicas} replicas of ${reason.ranks} ${reason.ranks === 1 ? "rank" : "ranks"} need ${reason.replicas * reason.ranks} cards, because replicas of one model never share a card; ${cardsText(reason.cards)} ${reason.cards === 1 ? "has" : "have"} room for one.`;
}

function hostText(
  reason: HostMemoryShort | ReplicasNeedHosts | LostAtOnce | RateAfterLoss,
): string {
  if (reason.code === "lost-at-once" || reason.code === "rate-after-loss") {
    return lossText(reason);
  }
  return reason.code === "host-memory-short"
    ? `Loading it at ${reason.quantization} takes ${formatGib(reason.needBytes)} of host memory on ${reason.host}, which has ${formatGib(reason.haveBytes)} for that.`
    : `${reason.replicas} replicas, each on a host of its own, need ${reason.replicas} hosts; ${reason.hosts === 1 ? "1 has" : `${reason.hosts} have`} room for one.`;
}

function noCardText({ gpus, labels }: NoCardAllowed): string {
  const named = gpus.length === 0 ? "" : ` is ${gpus.join(" or ")}`;
  const labelled =
    labels.length === 0
      ? ""
      : ` has the ${labels.length === 1 ? "label" : "labels"} ${labels.join(" and ")}`;
  return `No card of the fleet${[named, labelled].filter(Boolean).join(" and")}.`;
}

function memoryText(reason: MemoryShort): string {
  const { quantization, layout, needBytes, haveBytes, gpu, fraction } = reason;
  const need = `${quantization} with ${layout} needs ${formatGib(needBytes)} on ${gpu}`;
  return fraction === undefined
    ? `${need}, which has ${formatGib(haveBytes)} free.`
    : `${need}, of which a memory fraction of ${formatFraction(fraction)} lets the engine use ${formatGib(haveBytes)}.`;
}

function cardsText(cards: number): string {
  return cards === 1 ? "the one card" : `the ${cards} cards`;
}

const WISHES = {
  gpus: (names: string): string =>
    `It may only use ${names}, where others are in the way; elsewhere it would fit.`,
  labels: (names: string): string =>
    `It may only use cards labelled ${names}, where others are in the way; elsewhere it would fit.`,
  exclusive: (names: string): string =>
    `Cards that are exclusive to ${names} are in the way; shared, there would be room.`,
  notWith: (names: string): string =>
    `It may not share a card with ${names}; if it could, there would be room.`,
  survive: (): string => "It must go on after a loss; without that there would be room for it.",
  spread: (): string => "Its replicas may not share a host; if they could, there would be room.",
} as const;
