import { gpuById } from "../../catalog/catalog.ts";
import type { EngineSpec } from "../../engine/engine.ts";
import type { ModelSpec } from "../../model/model.ts";
import type { Parallelism } from "../../model/parallelism.ts";
import type { KvCacheDtype, StoredWeights } from "../../model/quantization.ts";
import type { Candidate } from "../../placement/candidate.ts";
import { type CardClass, cardClasses } from "../../placement/card-classes.ts";
import { roomyLevel } from "../../placement/goal.ts";
import { peersIn } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import { mostLost } from "../../placement/survive.ts";
import type { JoinedCard } from "../capacity/deployment-speed.ts";
import type { PlanDeployment } from "../plan-document.ts";
import { rankBytes } from "../plan-gpus.ts";
import type { FleetProblem } from "../plan-problem.ts";

/** One replica as what it serves depends on it. */
export interface ServedReplica {
  readonly name: string;
  /** Of its model, all together. */
  readonly replicas: number;
  /** Of these, what the loss takes that its model is to outlive. */
  readonly lost: number;
  readonly spec: ModelSpec;
  readonly engine: EngineSpec;
  readonly weights: StoredWeights;
  readonly kvCacheDtype: KvCacheDtype;
  readonly parallelism: Parallelism;
  readonly limits: PlannedModel["limits"] & Pick<PlannedModel, "tokensPerBlock">;
  /** The cards of each pipeline stage. */
  readonly stages: readonly (readonly JoinedCard[])[];
  readonly hasPeerToPeer: boolean;
  /** What it is taken to hold. */
  readonly sequences: number;
}

/** A replica as a candidate has it. */
export function candidateReplica(candidate: Candidate, sequences: number): ServedReplica {
  const { model, parallelism, weights, layout, request } = candidate;
  return {
    ...ofModel(model),
    weights,
    parallelism,
    stages: layout.stages.map((stage) =>
      stage.flatMap(({ cardClass, ranks }) =>
        Array.from({ length: ranks }, () => joinedCard(cardClass)).flat(),
      ),
    ),
    hasPeerToPeer: request.hasPeerToPeer,
    sequences,
  };
}

/** The replicas of a plan, each as a candidate for its cards would have it. */
export function deployedReplicas(
  { fleet, models }: Pick<FleetProblem, "fleet" | "models">,
  deployments: readonly PlanDeployment[],
): readonly ServedReplica[] {
  const classOf = new Map(
    cardClasses(fleet, models).flatMap((own) => own.gpus.map(({ id }) => [id, own] as const)),
  );
  const peersOf = peersIn(fleet);
  return deployments.flatMap((deployment) => {
    const model = models.find(({ name }) => name === deployment.model);
    const weights = model?.weights.find((own) => own.quantization === deployment.quantization);
    if (model === undefined || weights === undefined) {
      return [];
    }
    const { tp, pp, ep, stageLayers } = deployment;
    const classes = deployment.gpus.flatMap((id) => classOf.get(id) ?? []);
    const { maxBatchSize, maxNumTokens, maxSeqLen } = deployment;
    return [
      {
        ...ofModel({
          ...model,
          kvCacheDtype: deployment.kvCacheDtype,
          tokensPerBlock: deployment.tokensPerBlock,
          limits: { maxBatchSize, maxNumTokens, maxSeqLen },
        }),
        weights,
        parallelism: { tp, pp, ep, stageLayers },
        stages: Array.from({ length: pp }, (_, stage) =>
          classes.slice(stage * tp, (stage + 1) * tp).flatMap(joinedCard),
        ),
        hasPeerToPeer: peersOf(classes) === "all",
        sequences: deployedLevel(model, deployment, classes),
      },
    ];
  });
}

function ofModel(model: PlannedModel) {
  const { name, replicas, spec, engine, kvCacheDtype, limits, tokensPerBlock } = model;
  return {
    name,
    replicas,
    lost: mostLost(model),
    spec,
    engine,
    kvCacheDtype,
    limits: { ...limits, tokensPerBlock },
  };
}

function joinedCard({ host, gpus }: CardClass): readonly JoinedCard[] {
  const spec = gpuById(gpus[0]?.catalogId ?? "");
  return spec === undefined ? [] : [{ host, spec }];
}

/** What it would hold with its cards for itself. */
function deployedLevel(
  model: PlannedModel,
  { ranks, concurrentSequences, maxBatchSize }: PlanDeployment,
  classes: readonly CardClass[],
): number {
  const rooms = ranks.map((rank, i) => ({
    fixed: rankBytes(rank) - concurrentSequences * rank.kv.bytesPerSequence,
    perSequence: rank.kv.bytesPerSequence,
    capacity: classes[i]?.capacity ?? 0,
  }));
  return roomyLevel(model, rooms, maxBatchSize);
}
