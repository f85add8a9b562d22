import { formatCount } from "../../units/format.ts";
import type { PlanDeployment } from "../plan-document.ts";
import { changedAspects, type EngineAspect, isSameReplica } from "./engine-aspects.ts";
import type { Step } from "./order-steps.ts";

export interface Around {
  /** Engines that run before the first step. */
  readonly running: readonly PlanDeployment[];
  /** Engines that run after the last. */
  readonly wanted: readonly PlanDeployment[];
  readonly lost: readonly PlanDeployment[];
  readonly interrupted: readonly PlanDeployment[];
}

/** Why an engine is stopped or started, in a few words. */
export function whyStep({ action, deployment }: Step, around: Around): string {
  return action === "start" ? whyStart(deployment, around) : whyStop(deployment, around);
}

function whyStart(wanted: PlanDeployment, { running, lost }: Around): string {
  const before = [...running, ...lost].find((one) => isSameReplica(one, wanted));
  if (before === undefined) {
    return "is new";
  }
  return lost.includes(before)
    ? `is no more on ${cardsText(before)}`
    : differenceText(before, wanted);
}

function whyStop(running: PlanDeployment, { wanted, interrupted }: Around): string {
  const after = wanted.find((one) => isSameReplica(one, running));
  if (after === undefined) {
    return wanted.some(({ model }) => model === running.model)
      ? "is a replica too many"
      : "is not in the plan any more";
  }
  if (!interrupted.includes(running)) {
    return `runs on ${cardsText(after)} now`;
  }
  return running.gpus.some((card) => after.gpus.includes(card))
    ? "makes room for itself"
    : "makes room for others, which make room for it";
}

/** "moves from box:0 to box:1; KV cache of 65,536 tokens instead of 32,768". */
function differenceText(before: PlanDeployment, after: PlanDeployment): string {
  return changedAspects(before, after)
    .map((aspect) => SAY[aspect](before, after))
    .join("; ");
}

type Say = (before: PlanDeployment, after: PlanDeployment) => string;

const SAY: Readonly<Record<EngineAspect, Say>> = {
  model: (before, after) => `is ${after.source} instead of ${before.source}`,
  engine: (before, after) => `runs in ${engineText(after)} instead of ${engineText(before)}`,
  precision: (before, after) => `is in ${after.quantization} instead of ${before.quantization}`,
  "kv-type": (before, after) =>
    `has its KV cache in ${after.kvCacheDtype} instead of ${before.kvCacheDtype}`,
  layout: (before, after) => `is cut ${layoutText(after)} instead of ${layoutText(before)}`,
  cards: (before, after) => `moves from ${cardsText(before)} to ${cardsText(after)}`,
  limits: limitsText,
  "kv-size": (before, after) =>
    `has a KV cache of ${formatCount(after.kv.tokens)} tokens instead of ${formatCount(before.kv.tokens)}`,
};

function engineText({ engine }: PlanDeployment): string {
  return `${engine.id} ${engine.version}`;
}

function layoutText({ tp, pp, ep, stageLayers }: PlanDeployment): string {
  return `tp ${tp}, pp ${pp}${ep === 1 ? "" : `, ep ${ep}`} (${stageLayers.join("-")} layers)`;
}

function cardsText({ gpus }: PlanDeployment): string {
  return gpus.join(", ");
}

/** "takes sequences of 16,384 instead of 8,192": only the limits that differ. */
function limitsText(before: PlanDeployment, after: PlanDeployment): string {
  return LIMITS.filter(({ key }) => before[key] !== after[key])
    .map(
      ({ key, say }) =>
        `takes ${say} ${formatCount(after[key])} instead of ${formatCount(before[key])}`,
    )
    .join("; ");
}

const LIMITS = [
  { key: "maxSeqLen", say: "sequences of" },
  { key: "maxBatchSize", say: "batches of" },
  { key: "maxNumTokens", say: "steps of" },
  { key: "tokensPerBlock", say: "KV blocks of" },
] as const;
