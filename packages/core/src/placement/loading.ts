import { factsFor } from "../engine/facts.ts";
import { estimateStage, type MemoryRequest } from "../memory/estimate.ts";
import { remember } from "../memory/remember.ts";
import { stageWeights } from "../memory/weights.ts";
import { layerCount } from "../model/layer-groups.ts";
import { evenStages } from "../model/parallelism.ts";
import { bytes } from "../units/units.ts";
import type { Option } from "./problem.ts";

/** What the start of a replica takes of its host's memory. */
export interface HostLoading {
  /** Of the weights, what goes through host memory at once; the upper bound. */
  readonly share: number;
  readonly bytes: number;
}

/** The host memory that one replica needs while its engine loads: its ranks' weights by the engine's share. */
export function hostLoading(request: MemoryRequest): HostLoading {
  const { engine, version, model, weights, parallelism, stageCapabilities, memoryGiB } = request;
  const about = [engine.id, engine.corrections, version, parallelism, stageCapabilities, memoryGiB];
  return loadings({ model, weights }, JSON.stringify(about), () => loadingOf(request));
}

/** Layouts on other hosts load the same. */
const loadings = remember<HostLoading>();

function loadingOf(request: MemoryRequest): HostLoading {
  const { engine, version, weights, parallelism } = request;
  const facts = factsFor(engine, {
    version,
    computeCapability: "",
    quantization: weights.quantization,
  });
  const share = facts.need("hostLoadShare").high;
  const ofStages = Array.from({ length: parallelism.pp }, (_, stage) => stageBytes(request, stage));
  const all = ofStages.reduce((sum, each) => sum + parallelism.tp * each, 0);
  return { share, bytes: Math.ceil(share * all) };
}

function stageBytes(request: MemoryRequest, stage: number): number {
  return estimateStage(request, stage).terms.find(({ id }) => id === "weights")?.bytes ?? 0;
}

/**
 * The files that a replica's engine reads: the checkpoint of the precision that it runs, or TensorRT engines, which
 * are built for one layout. The id tells them apart.
 */
export function filesOf(request: MemoryRequest): NonNullable<Option["files"]> {
  const { model, engine, weights, parallelism } = request;
  const { tp, pp, ep, stageLayers = [] } = parallelism;
  const isBuilt = engine.id === "tensorrt-llm-engine";
  const layout = isBuilt ? ` ${engine.id} tp${tp} pp${pp} ep${ep} ${stageLayers.join("-")}` : "";
  return {
    id: `${model.id} ${weights.quantization}${layout}`,
    size: bytes(known({ model, weights }, engine.id, () => wholeBytes(request))),
  };
}

const known = remember<number>();

/** The weights of all layers, as one rank would hold them. */
function wholeBytes({ model, weights, engine }: MemoryRequest): number {
  const parallelism = { tp: 1, pp: 1, ep: 1, stageLayers: evenStages(layerCount(model), 1) };
  const { plain, quantized, scales } = stageWeights(
    { model, weights, parallelism, rules: engine.weights },
    0,
  );
  return Math.ceil(plain + quantized + scales);
}
