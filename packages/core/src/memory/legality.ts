import { canCache, canRun, type EngineSpec } from "../engine/engine.ts";
import { rulesOf } from "../engine/registry.ts";
import { dividedOf } from "../model/divided.ts";
import { layerCount } from "../model/layer-groups.ts";
import { layerTensors } from "../model/layer-tensors.ts";
import type { ModelSpec } from "../model/model.ts";
import { layerRanks, type Parallelism } from "../model/parallelism.ts";
import type { KvCacheDtype, StoredWeights } from "../model/quantization.ts";
import { defaultGroupSize, hasGroups } from "../model/weight-format.ts";
import type { Reason } from "../report/reason.ts";
import { remember } from "./remember.ts";
import { shardOf } from "./shard.ts";

/** Everything that forbids a configuration before any byte is counted. */
export interface Configuration {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly weights: StoredWeights;
  readonly kvCacheDtype: KvCacheDtype;
  readonly parallelism: Parallelism;
  readonly computeCapability: string;
}

const known = remember<readonly Reason[]>();

type Rule = (configuration: Configuration) => readonly Reason[];

/** Every reason why this configuration can't run; empty when it can. Each rule runs, every reason is kept. */
export function illegalities(configuration: Configuration): readonly Reason[] {
  const { engine, kvCacheDtype, parallelism, computeCapability } = configuration;
  const { tp, pp, ep } = parallelism;
  const ranks = layerRanks(parallelism);
  const cut = parallelism.stageLayers === undefined ? "even" : "cut";
  const key = `${engine.id} ${engine.precisionsOf ?? ""} ${kvCacheDtype} ${tp} ${pp} ${ep} ${ranks} ${cut} ${computeCapability}`;
  return known(configuration, key, () => RULES.flatMap((rule) => rule(configuration)));
}

const tpDividesHeads: Rule = ({ model, parallelism }) => {
  const tp = layerRanks(parallelism);
  return dividedOf(model)
    .queryHeads.filter((heads) => heads % tp !== 0)
    .map((heads) => ({ code: "tp-divides-heads", tp, heads }));
};

/**
 * Each rank has as many KV heads, or each KV head is on as many ranks: TensorRT-LLM (`duplicate_kv_weight` in
 * modeling_utils.py), vLLM and SGLang (models/llama.py) refuse everything else.
 */
const tpDividesKvHeads: Rule = ({ model, parallelism }) => {
  const tp = layerRanks(parallelism);
  return dividedOf(model)
    .kvHeads.filter((heads) => heads % tp !== 0 && tp % heads !== 0)
    .map((heads) => ({ code: "tp-divides-kv-heads", tp, heads }));
};

/** `Linear` of TensorRT-LLM and `divide` of vLLM and SGLang refuse columns that are no whole number a rank. */
const tpDividesWidth: Rule = ({ model, parallelism }) => {
  const tp = layerRanks(parallelism);
  return dividedOf(model)
    .widths.filter((width) => width % tp !== 0)
    .map((width) => ({ code: "tp-divides-width", tp, width }));
};

const tpDividesVocabulary: Rule = ({ model, engine, parallelism }) => {
  const tp = layerRanks(parallelism);
  const { vocabularyPadding: step = tp } = engine.weights;
  const padded = Math.ceil(model.vocab / step) * step;
  return padded % tp === 0
    ? []
    : [
        {
          code: "tp-divides-vocabulary",
          engine: engine.id,
          tp,
          vocabulary: model.vocab,
          padded,
        },
      ];
};

/** Stages that are cut by hand may be empty where the engine lets them: llama.cpp's cards. */
const tpIsThere: Rule = ({ engine, parallelism: { tp } }) =>
  tp === 1 || rulesOf(engine, engine.newestVersion).hasTensorParallel
    ? []
    : [{ code: "no-tensor-parallel", engine: engine.id, tp }];

const stagesHaveLayers: Rule = ({ model, parallelism: { pp, stageLayers } }) => {
  const layers = layerCount(model);
  return stageLayers === undefined && pp > layers ? [{ code: "too-many-stages", pp, layers }] : [];
};

const epDividesTp: Rule = ({ parallelism: { ep, tp } }) =>
  tp % ep === 0 ? [] : [{ code: "ep-divides-tp", ep, tp }];

const precisionRuns: Rule = ({ engine, weights: { quantization }, computeCapability }) =>
  canRun(engine, quantization, computeCapability)
    ? []
    : [{ code: "precision-unsupported", engine: engine.id, quantization, computeCapability }];

const kvDtypeRuns: Rule = ({ engine, kvCacheDtype, computeCapability }) =>
  canCache(engine, kvCacheDtype, computeCapability)
    ? []
    : [{ code: "kv-dtype-unsupported", engine: engine.id, kvCacheDtype, computeCapability }];

/** The columns of a row-parallel matrix must be whole groups on each rank (reference/trtllm-memory.md, section 4). */
const groupsStayWhole: Rule = ({ model, weights, parallelism }) => {
  const { quantization } = weights;
  const groupSize = weights.groupSize ?? defaultGroupSize(quantization);
  if (!hasGroups(quantization) || parallelism.tp % parallelism.ep !== 0) {
    return [];
  }
  const cut = model.layers
    .flatMap(({ layer }) => layerTensors(layer, model.hidden))
    .filter((tensor) => tensor.isLinear && tensor.cut === "in")
    .map((tensor) => ({ tensor: tensor.name, columns: shardOf(tensor, parallelism).in }))
    .find(({ columns }) => columns % groupSize !== 0);
  return cut === undefined ? [] : [{ code: "groups-cut", quantization, groupSize, ...cut }];
};

const RULES: readonly Rule[] = [
  tpIsThere,
  tpDividesHeads,
  tpDividesKvHeads,
  tpDividesWidth,
  tpDividesVocabulary,
  stagesHaveLayers,
  epDividesTp,
  precisionRuns,
  kvDtypeRuns,
  groupsStayWhole,
];
