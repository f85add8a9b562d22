import { formatCount, formatGib } from "../units/format.ts";
import type { Reason } from "./reason.ts";

/** A reason as one sentence, for command line and web page alike. */
export function reasonText(reason: Reason): string {
  switch (reason.code) {
    case "memory-short":
      return `${reason.quantization} with ${reason.layout} needs ${formatGib(reason.needBytes)} on ${reason.gpu}, which has ${formatGib(reason.haveBytes)} free.`;
    case "fleet-short":
      return `At ${reason.quantization}, the smallest that these cards can run, it needs ${formatGib(reason.needBytes)} (weights ${formatGib(reason.weightBytes)}); the ${reason.cards} cards that can run it have ${formatGib(reason.haveBytes)}.`;
    case "sequence-too-long":
      return `The KV cache holds ${formatCount(reason.kvTokens)} tokens, less than one sequence of ${formatCount(reason.maxSeqLen)}.`;
    case "tp-divides-heads":
      return `Tensor parallel size ${reason.tp} does not divide its ${reason.heads} attention heads.`;
    case "too-many-stages":
      return `Pipeline parallel size ${reason.pp} is more than its ${reason.layers} layers.`;
    case "ep-divides-tp":
      return `Expert parallel size ${reason.ep} does not divide tensor parallel size ${reason.tp}.`;
    case "precision-unsupported":
      return `${reason.engine} can't run ${reason.quantization} on compute capability ${reason.computeCapability}.`;
    case "kv-dtype-unsupported":
      return `${reason.engine} can't keep its KV cache in ${reason.kvCacheDtype} on compute capability ${reason.computeCapability}.`;
    case "groups-cut":
      return `${reason.quantization} shares scales over ${reason.groupSize} columns, but a rank gets ${formatCount(reason.columns)} columns of ${reason.tensor}.`;
    case "too-few-cards":
      return `It needs ${reason.ranks} cards of one kind in one host; the most that there are is ${reason.most}.`;
    case "no-card-allowed":
      return `No card of the fleet is ${reason.gpus.join(" or ")}.`;
    case "crowded-out":
      return `It needs at least ${formatGib(reason.needBytes)} and would fit alone; beside ${reason.by.join(", ")} the cards have ${formatGib(reason.freeBytes)} left in all, and no layout of it fits into that.`;
    default:
      return reason satisfies never;
  }
}
