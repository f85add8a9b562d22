import { knobsOf } from "../../memory/starts/knobs.ts";
import type { PlanDeployment, PlanDocument } from "../plan-document.ts";
import { changedAspects, isSameReplica } from "../staying/engine-aspects.ts";
import { diffGpus } from "./diff-gpus.ts";
import type { ChangedAspect, PlanDiff, ReplicaDiff, ReplicaPlace } from "./plan-diff.ts";

/** In what two plans differ: replicas, cards, and how good they are. */
export function diffPlans(before: PlanDocument, after: PlanDocument): PlanDiff {
  const models = diffReplicas(before.deployments, after.deployments);
  const gpus = diffGpus(before.gpus, after.gpus);
  const [refused, refusedNow] = [refusedIn(before), refusedIn(after)];
  const unplaced = {
    before: refused.filter((model) => !refusedNow.includes(model)),
    after: refusedNow.filter((model) => !refused.includes(model)),
  };
  const differences = [models, gpus, unplaced.before, unplaced.after];
  return {
    schema: "berth/plan-diff@1",
    isSame: differences.every(({ length }) => length === 0),
    models,
    unplaced,
    gpus,
    objective: { before: before.objective, after: after.objective },
  };
}

function refusedIn({ unplaced }: PlanDocument): readonly string[] {
  return unplaced.map(({ model }) => model);
}

/** In the order of the old plan, then what is added in the order of the new one. */
function diffReplicas(
  before: readonly PlanDeployment[],
  after: readonly PlanDeployment[],
): readonly ReplicaDiff[] {
  const added = after.filter((one) => !before.some((old) => isSameReplica(old, one)));
  return [
    ...before.flatMap((old) => {
      const next = after.find((one) => isSameReplica(old, one));
      return next === undefined ? [removed(old)] : changed(old, next);
    }),
    ...added.map(
      (one): ReplicaDiff => ({ ...nameOf(one), change: "added", aspects: [], after: placeOf(one) }),
    ),
  ];
}

function removed(old: PlanDeployment): ReplicaDiff {
  return { ...nameOf(old), change: "removed", aspects: [], before: placeOf(old) };
}

function changed(old: PlanDeployment, next: PlanDeployment): readonly ReplicaDiff[] {
  const aspects = [...changedAspects(old, next), ...(isSameStart(old, next) ? [] : START)];
  return aspects.length === 0
    ? []
    : [
        {
          ...nameOf(old),
          change: changeOf(aspects),
          aspects,
          before: placeOf(old),
          after: placeOf(next),
        },
      ];
}

const START: readonly ChangedAspect[] = ["start"];

function isSameStart(old: PlanDeployment, next: PlanDeployment): boolean {
  const [before, after] = [old, next].map(({ kv }) => JSON.stringify(knobsOf(kv)));
  return old.startOrder === next.startOrder && before === after;
}

/** The one word for it: other cards, else other settings, else another KV cache, else only another start. */
function changeOf(aspects: readonly ChangedAspect[]): ReplicaDiff["change"] {
  const rest = aspects.filter((aspect) => aspect !== "start");
  if (rest.includes("cards")) {
    return "moved";
  }
  if (rest.length === 0) {
    return "reordered";
  }
  return rest.every((aspect) => aspect === "kv-size") ? "resized" : "changed";
}

function nameOf({ model, replica }: PlanDeployment): Pick<ReplicaDiff, "model" | "replica"> {
  return { model, replica };
}

function placeOf(deployment: PlanDeployment): ReplicaPlace {
  const { source, gpus, engine, quantization, kvCacheDtype, tp, pp, maxSeqLen, kv } = deployment;
  const { concurrentSequences, startOrder } = deployment;
  return {
    source,
    gpus,
    engine: { id: engine.id, version: engine.version },
    quantization,
    kvCacheDtype,
    tp,
    pp,
    maxSeqLen,
    concurrentSequences,
    kvTokens: kv.tokens,
    startOrder,
    knobs: knobsOf(kv),
  };
}
