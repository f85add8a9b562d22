import { cardSpeed } from "../../capacity/card-speed.ts";
import type { SpeedConstants } from "../../capacity/speed-constants.ts";
import {
  type CardSpeed,
  type LinkSpeed,
  NO_SPECULATION,
  type Speculation,
  type SpeedSetting,
  type StageSpeed,
} from "../../capacity/speed-setting.ts";
import { stepWork } from "../../capacity/step-work.ts";
import { linkById, speedLink, speedRow } from "../../catalog/speed-catalog.ts";
import { type EngineSpec, weightRule } from "../../engine/engine.ts";
import type { GpuSpec } from "../../hardware/gpu.ts";
import type { ModelSpec } from "../../model/model.ts";
import type { Parallelism } from "../../model/parallelism.ts";
import type { KvCacheDtype, StoredWeights } from "../../model/quantization.ts";

/** One replica as its speed depends on it. */
export interface ReplicaShape {
  readonly model: ModelSpec;
  readonly engine: EngineSpec;
  readonly weights: StoredWeights;
  readonly kvCacheDtype: KvCacheDtype;
  readonly parallelism: Parallelism;
  /** One card a rank: rank = stage · tp + tensor-parallel rank. */
  readonly gpus: readonly GpuSpec[];
  /** What joins the ranks of each stage, and each stage to the next. */
  readonly links: readonly StageLinks[];
  readonly speculation?: Speculation;
}

export interface StageLinks {
  readonly within: LinkKindOfRanks;
  readonly toNext: LinkKindOfRanks;
}

/** The slowest link among ranks: NVLink, PCIe with or without peer-to-peer, or the network between hosts. */
export type LinkKindOfRanks = "nvlink" | "pcie-peer" | "host" | "network";

/** Constants for a card; the catalogue's, unless a fit tries others. */
export type ConstantsFor = (gpu: GpuSpec) => SpeedConstants;

/** Everything that the laws of time need of a replica: computed once, then asked as often as one likes. */
export function replicaSpeed(
  shape: ReplicaShape,
  constantsFor: ConstantsFor = (gpu) => speedRow(shape.engine.id, gpu.architecture).constants,
): SpeedSetting {
  const { parallelism, engine } = shape;
  return {
    stages: Array.from({ length: parallelism.pp }, (_, stage) =>
      stageSpeed(shape, stage, constantsFor),
    ),
    tp: parallelism.tp,
    attentionDp: parallelism.attentionDp === true,
    overlapsStages: engine.id !== "llama.cpp",
    speculation: shape.speculation ?? NO_SPECULATION,
  };
}

function stageSpeed(shape: ReplicaShape, stage: number, constantsFor: ConstantsFor): StageSpeed {
  const { model, engine, weights, kvCacheDtype, parallelism, gpus, links } = shape;
  const { tp, pp } = parallelism;
  const own = gpus.slice(stage * tp, (stage + 1) * tp);
  const kinds = [...new Map(own.map((gpu) => [gpu.id, gpu])).values()];
  const layout = { model, weights, parallelism, rules: engine.weights };
  const { within, toNext } = links[stage] ?? { within: "host", toNext: "network" };
  const next = gpus[(stage + 1) * tp];
  return {
    work: stepWork(layout, kvCacheDtype, stage),
    cards: kinds.map((gpu) => cardOf(shape, gpu, constantsFor)),
    link: linkSpeed(within, own, constantsFor),
    ...(stage === pp - 1 || next === undefined
      ? {}
      : { hop: linkSpeed(toNext, [...own, next], constantsFor) }),
  };
}

function cardOf(shape: ReplicaShape, gpu: GpuSpec, constantsFor: ConstantsFor): CardSpeed {
  const { quantization } = shape.weights;
  return cardSpeed(gpu, {
    quantization,
    computes: weightRule(shape.engine, quantization, gpu.computeCapability)?.computes,
    constants: constantsFor(gpu),
  });
}

/** The slowest card's side of the link. */
function linkSpeed(
  kind: LinkKindOfRanks,
  gpus: readonly GpuSpec[],
  constantsFor: ConstantsFor,
): LinkSpeed {
  const speeds = gpus.map((gpu) => sideOf(kind, gpu, constantsFor(gpu)));
  return {
    bytesPerSecond: Math.min(...speeds.map(({ bytesPerSecond }) => bytesPerSecond)),
    seconds: Math.max(...speeds.map(({ seconds }) => seconds)),
  };
}

function sideOf(kind: LinkKindOfRanks, gpu: GpuSpec, constants: SpeedConstants): LinkSpeed {
  if (kind === "nvlink" && gpu.nvlink !== undefined) {
    return {
      bytesPerSecond: gpu.nvlink.gbpsPerDirection.value * GIGA * constants.linkBandwidth,
      seconds: constants.collectiveSeconds,
    };
  }
  const row = speedLink(kind === "nvlink" ? "pcie-peer" : kind);
  const rate = kind === "network" ? rateOf(NETWORK) : pcieRate(gpu);
  return { bytesPerSecond: rate * row.efficiency[0], seconds: row.exchangeSeconds[0] };
}

/** What hosts are taken to be joined by: a fleet file does not say. */
const NETWORK = "ethernet-10g";
/** For cards whose PCIe is not known. */
const USUAL_PCIE = "pcie-4-x16";

function pcieRate({ pcie }: GpuSpec): number {
  return rateOf(
    pcie === undefined ? USUAL_PCIE : `pcie-${pcie.generation.value}-x${pcie.lanes.value}`,
  );
}

function rateOf(id: string): number {
  const link = linkById(id) ?? linkById(USUAL_PCIE);
  return link?.bytesPerSecondPerDirection[0] ?? Number.NaN;
}

const GIGA = 1e9;
