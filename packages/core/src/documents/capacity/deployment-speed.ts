import type { SchedulerPolicy, ServingLimits } from "../../capacity/serving-limits.ts";
import type { SpeedSetting } from "../../capacity/speed-setting.ts";
import { gpuById } from "../../catalog/catalog.ts";
import { engineById } from "../../catalog/engine-catalog.ts";
import type { EngineId } from "../../engine/engine.ts";
import type { GpuSpec } from "../../hardware/gpu.ts";
import type { ModelSpec } from "../../model/model.ts";
import { InputError, shown } from "../../report/errors.ts";
import { tokens } from "../../units/units.ts";
import { weightsOf } from "../estimate-request.ts";
import type { PlanDeployment, PlanDocument, PlanGpu } from "../plan-document.ts";
import { type LinkKindOfRanks, replicaSpeed, type StageLinks } from "./replica-speed.ts";

/** What the laws of time need of a plan's replica. Throws an InputError for a card or engine that the catalogue lacks. */
export function deploymentSpeed(
  file: string,
  plan: PlanDocument,
  deployment: PlanDeployment,
  model: ModelSpec,
): SpeedSetting {
  const { tp, pp, ep, stageLayers } = deployment;
  const engine = engineById(deployment.engine.id);
  if (engine === undefined) {
    throw new InputError({ file }, `expected a known engine, got ${shown(deployment.engine.id)}`);
  }
  const cards = deployment.gpus.map((id) => cardOf(file, plan, id));
  return replicaSpeed({
    model,
    engine,
    weights: weightsOf(file, model, deployment.quantization),
    kvCacheDtype: deployment.kvCacheDtype,
    parallelism: { tp, pp, ep, stageLayers },
    gpus: cards.map(({ spec }) => spec),
    links: Array.from({ length: pp }, (_, stage) => linksOf(deployment, cards, stage)),
  });
}

/** The catalogue's row of a plan's card. */
export function specOf(file: string, { id, catalogId }: PlanGpu): GpuSpec {
  const spec = gpuById(catalogId);
  if (spec === undefined) {
    throw new InputError(
      { file, key: `gpus ${id}` },
      `expected a known GPU, got ${shown(catalogId)}`,
    );
  }
  return spec;
}

export interface JoinedCard {
  readonly host: string;
  readonly spec: GpuSpec;
}

function cardOf(file: string, plan: PlanDocument, id: string): JoinedCard {
  const card = plan.gpus.find((gpu) => gpu.id === id);
  if (card === undefined) {
    throw new InputError({ file }, `expected ${id} among the plan's gpus`);
  }
  return { host: card.host, spec: specOf(file, card) };
}

function linksOf(
  { tp, hasPeerToPeer }: PlanDeployment,
  cards: readonly JoinedCard[],
  stage: number,
): StageLinks {
  const own = cards.slice(stage * tp, (stage + 1) * tp);
  const next = cards[(stage + 1) * tp];
  return {
    within: slowestOf(own, hasPeerToPeer),
    toNext: next === undefined ? "host" : slowestOf([...own, next], hasPeerToPeer),
  };
}

/**
 * What joins cards: a plan says whether they read each other's memory. Where they do, NVLink that needs no bridge,
 * or that is the only way for them, carries it; else PCIe.
 */
export function slowestOf(cards: readonly JoinedCard[], hasPeerToPeer: boolean): LinkKindOfRanks {
  if (new Set(cards.map(({ host }) => host)).size > 1) {
    return "network";
  }
  if (!hasPeerToPeer) {
    return "host";
  }
  const hasNvlink = cards.every(
    ({ spec }) =>
      spec.nvlink !== undefined && (!spec.nvlink.isBridged || spec.peerToPeer === "nvlink"),
  );
  return hasNvlink ? "nvlink" : "pcie-peer";
}

/** What of a plan's replica its limits depend on. */
export type LimitedDeployment = Pick<
  PlanDeployment,
  "tokensPerBlock" | "maxBatchSize" | "maxNumTokens" | "maxSeqLen"
> & {
  readonly engine: Pick<PlanDeployment["engine"], "id">;
  readonly kv: Pick<PlanDeployment["kv"], "tokens">;
};

/** What a plan's replica holds, and how its engine admits requests. */
export function deploymentLimits(deployment: LimitedDeployment): ServingLimits {
  return {
    kvTokens: tokens(deployment.kv.tokens),
    tokensPerBlock: tokens(deployment.tokensPerBlock),
    maxBatchSize: deployment.maxBatchSize,
    maxNumTokens: tokens(deployment.maxNumTokens),
    maxSeqLen: tokens(deployment.maxSeqLen),
    hasChunkedPrefill: true,
    policy: POLICIES[deployment.engine.id],
    reusesPrefix: true,
  };
}

/**
 * What each engine does unless told otherwise: TensorRT-LLM keeps room for a whole output (GUARANTEED_NO_EVICT),
 * llama.cpp gives each slot its context; vLLM and SGLang take blocks as outputs grow and pause requests.
 */
const POLICIES: Readonly<Record<EngineId, SchedulerPolicy>> = {
  "tensorrt-llm": "guaranteed-no-evict",
  "tensorrt-llm-engine": "guaranteed-no-evict",
  vllm: "max-utilization",
  sglang: "max-utilization",
  "llama.cpp": "guaranteed-no-evict",
};
