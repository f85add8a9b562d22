import type { PlanDeployment } from "../plan-document.ts";

/** What an engine is launched with. One that runs has its KV cache already, so its fraction and its start order are history. */
export type EngineAspect =
  | "model"
  | "engine"
  | "precision"
  | "kv-type"
  | "layout"
  | "cards"
  | "limits"
  | "kv-size";

const ASPECTS: Readonly<Record<EngineAspect, (deployment: PlanDeployment) => unknown>> = {
  model: ({ source, storedQuantization, draft }) => [source, storedQuantization, draft],
  engine: ({ engine }) => [engine.id, engine.version],
  precision: ({ quantization }) => quantization,
  "kv-type": ({ kvCacheDtype }) => kvCacheDtype,
  layout: ({ tp, pp, ep, stageLayers }) => [tp, pp, ep, stageLayers],
  cards: ({ gpus }) => gpus,
  limits: ({
    maxBatchSize,
    maxNumTokens,
    maxSeqLen,
    tokensPerBlock,
    draftLayers,
    draftTokens,
    imagesPerPrompt,
  }) => [
    maxBatchSize,
    maxNumTokens,
    maxSeqLen,
    tokensPerBlock,
    draftLayers,
    draftTokens,
    imagesPerPrompt,
  ],
  "kv-size": ({ kv }) => kv.tokens,
};

/** In what two engines differ, so that one can't become the other without a restart. */
export function changedAspects(a: PlanDeployment, b: PlanDeployment): readonly EngineAspect[] {
  return (Object.keys(ASPECTS) as EngineAspect[]).filter(
    (aspect) => JSON.stringify(ASPECTS[aspect](a)) !== JSON.stringify(ASPECTS[aspect](b)),
  );
}

/** Whether a running engine is what this deployment asks for. */
export function isSameEngine(running: PlanDeployment, wanted: PlanDeployment): boolean {
  return isSameReplica(running, wanted) && changedAspects(running, wanted).length === 0;
}

/** The same replica of the same model, wherever and however it runs. */
export function isSameReplica(a: PlanDeployment, b: PlanDeployment): boolean {
  return a.model === b.model && a.replica === b.replica;
}
