import { readFileSync } from "node:fs";
import { closedLoop } from "../../packages/core/src/capacity/closed-loop.ts";
import type { SpeedConstants } from "../../packages/core/src/capacity/speed-constants.ts";
import { gpuById, importPreset } from "../../packages/core/src/catalog/catalog.ts";
import { engineById } from "../../packages/core/src/catalog/engine-catalog.ts";
import {
  type ReplicaShape,
  replicaSpeed,
} from "../../packages/core/src/documents/capacity/replica-speed.ts";
import { estimate } from "../../packages/core/src/documents/estimate.ts";
import type { GpuSpec } from "../../packages/core/src/hardware/gpu.ts";
import type { ModelSpec } from "../../packages/core/src/model/model.ts";
import type { KvCacheDtype, Quantization } from "../../packages/core/src/model/quantization.ts";
import type { Case } from "./case.ts";

/** A row of serving-speed-datacentre.jsonl, as far as it is read. */
interface Row {
  readonly id: string;
  readonly backend: "trtllm" | "vllm" | "sglang";
  readonly backend_version?: string;
  readonly model_path: string;
  readonly system: string;
  readonly precision?: string;
  readonly isl: number;
  readonly osl: number;
  readonly gemm_quant_mode?: string;
  readonly batch_size: number;
  readonly tp_size: number;
  readonly attention_dp_size?: number;
  readonly moe_tp_size: number;
  readonly moe_ep_size: number;
  readonly silicon_ttft_ms: number;
  readonly silicon_tpot_ms: number;
}

const GPUS: Readonly<Record<string, string>> = {
  h100_sxm: "h100-sxm-80gb",
  h200_sxm: "h200-sxm-141gb",
  b200_sxm: "b200",
  gb200: "gb200",
  gb200_sxm: "gb200",
};
const ENGINES = { trtllm: "tensorrt-llm", vllm: "vllm", sglang: "sglang" } as const;
/** Models that are another one's weights, retrained or converted. */
const TWINS: Readonly<Record<string, string>> = {
  "deepseek-ai/DeepSeek-R1": "deepseek-ai/DeepSeek-V3",
  "nvidia/DeepSeek-V3.1-NVFP4": "deepseek-ai/DeepSeek-V3",
  "nvidia/Llama-3.1-8B-Instruct-FP8": "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen3-235B-A22B-FP8": "Qwen/Qwen3-235B-A22B",
};

/** The rows of models and cards that the catalogue knows. */
export function datacentreCases(file: string): readonly Case[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .flatMap((line) => caseOf(JSON.parse(line) as Row));
}

function caseOf(row: Row): readonly Case[] {
  const model = importPreset(TWINS[row.model_path] ?? row.model_path);
  const gpu = gpuById(GPUS[row.system] ?? "");
  const engine = engineById(ENGINES[row.backend]);
  if (model === undefined || gpu === undefined || engine === undefined) {
    return [];
  }
  const ranks = ranksOf(row);
  const quantization = quantizationOf(row);
  const kvCacheDtype = kvDtypeOf(quantization, gpu);
  const shape: ReplicaShape = {
    model,
    engine,
    weights: { ...storedAs(model, quantization), excluded: excludedOf(row, model) },
    kvCacheDtype,
    parallelism: {
      tp: ranks.ranks,
      pp: 1,
      ep: ranks.expertRanks,
      ...(ranks.attentionDp ? { attentionDp: true } : {}),
    },
    gpus: Array.from({ length: ranks.ranks }, () => gpu),
    links: [{ within: "nvlink", toNext: "network" }],
  };
  const load = {
    clients: ranks.clients,
    promptTokens: row.isl,
    outputTokens: row.osl,
    mostSequences: mostSequences(row, { model, gpu, quantization, kvCacheDtype, ...ranks }),
  };
  const drafts = draftsOf(row);
  const template = replicaSpeed(shape);
  return [
    {
      id: row.id,
      engine: engine.id,
      architecture: gpu.architecture,
      gpu: gpu.id,
      family: familyOf(row),
      weight: 1,
      measured: { tpot: row.silicon_tpot_ms / MS, ttft: row.silicon_ttft_ms / MS },
      predict: (constants) =>
        closedLoop(
          {
            ...withConstants(template, constants, gpu),
            ...(drafts ? { speculation: { verified: 4, accepted: constants.acceptedOfFour } } : {}),
          },
          load,
        ),
    },
  ];
}

const MS = 1000;

/** The same replica with other constants. */
function withConstants(
  setting: ReturnType<typeof replicaSpeed>,
  constants: SpeedConstants,
  gpu: GpuSpec,
): ReturnType<typeof replicaSpeed> {
  const nvlink = (gpu.nvlink?.gbpsPerDirection.value ?? 0) * 1e9;
  return {
    ...setting,
    stages: setting.stages.map((stage) => ({
      ...stage,
      cards: stage.cards.map((card) => ({ ...card, constants })),
      link: {
        bytesPerSecond: nvlink * constants.linkBandwidth,
        seconds: constants.collectiveSeconds,
      },
    })),
  };
}

interface Ranks {
  readonly ranks: number;
  readonly expertRanks: number;
  readonly attentionDp: boolean;
  readonly clients: number;
}

/**
 * The labels of rows with an `attention_dp_size` were multiplied: TP 8 with EP 8 stands as tp 64, moe_tp 8, moe_ep 8,
 * and the clients are those of one attention rank. Pairs of rows with equal measurements under both spellings show
 * it: tp 1, dp 64, 8 × 8, batch 1 is tp 1, dp 8, 1 × 8, batch 8. Rows without the field mean what they say.
 */
function ranksOf(row: Row): Ranks {
  const { attention_dp_size: dp, tp_size: tp, moe_tp_size: moeTp, batch_size } = row;
  const ep = Math.max(1, row.moe_ep_size);
  if (dp === undefined) {
    return { ranks: tp, expertRanks: ep, attentionDp: false, clients: batch_size };
  }
  const clients = batch_size * dp;
  const attentionDp = dp > 1;
  if (moeTp > 1 && ep > 1) {
    return { ranks: moeTp, expertRanks: ep, attentionDp, clients };
  }
  return attentionDp && tp > 1
    ? { ranks: tp, expertRanks: tp, attentionDp, clients }
    : { ranks: tp * dp, expertRanks: ep, attentionDp, clients };
}

function quantizationOf({
  model_path: model,
  precision,
  gemm_quant_mode: gemm,
}: Row): Quantization {
  if (model.includes("gpt-oss")) {
    return "mxfp4";
  }
  if (precision === undefined) {
    return "bf16";
  }
  if (gemm === "nvfp4") {
    return "nvfp4";
  }
  return /DeepSeek|Qwen3-235B|MiniMax/.test(model) ? "fp8-block" : "fp8";
}

function storedAs(model: ModelSpec, quantization: Quantization): ModelSpec["stored"] {
  const { groupSize: _, ...stored } = model.stored;
  return { ...stored, quantization };
}

/** NVIDIA's NVFP4 checkpoints of DeepSeek leave attention in 16 bits. */
function excludedOf(row: Row, model: ModelSpec): readonly string[] {
  const isFour = quantizationOf(row) === "nvfp4" && row.model_path.includes("DeepSeek");
  return isFour ? ["*self_attn*"] : model.stored.excluded;
}

/** FP8 beside quantised weights; gpt-oss on Hopper keeps 16 bits. */
function kvDtypeOf(quantization: Quantization, gpu: GpuSpec): KvCacheDtype {
  const isPlain =
    quantization === "bf16" || (quantization === "mxfp4" && gpu.architecture === "Hopper");
  return isPlain ? "bf16" : "fp8";
}

/** Rows of DeepSeek-R1 in these versions drafted three tokens (MTP): half the TPOT of V3, which has the same layers. */
function draftsOf({ model_path: model, backend_version: version = "" }: Row): boolean {
  return model.endsWith("DeepSeek-R1") && ["1.1.0rc2.post2", "1.2.0rc6.post3"].includes(version);
}

function familyOf({ model_path: model }: Row): string {
  return /DeepSeek/.test(model) ? "DeepSeek" : (model.split("/")[1] ?? model);
}

interface Place extends Ranks {
  readonly model: ModelSpec;
  readonly gpu: GpuSpec;
  readonly quantization: Quantization;
  readonly kvCacheDtype: KvCacheDtype;
}

/** Sequences that the KV cache holds: whole ones where nothing is evicted (TensorRT-LLM), else half grown ones. */
function mostSequences(row: Row, place: Place): number {
  const { isl, osl } = row;
  const document = estimate(
    {
      engine: ENGINES[row.backend],
      gpu: place.gpu.id,
      tp: place.ranks,
      ep: place.expertRanks,
      quantization: place.quantization,
      kvCacheDtype: place.kvCacheDtype,
      maxSeqLen: isl + osl,
      maxBatchSize: Math.max(512, place.clients),
    },
    place.model,
  );
  return Math.floor(document.kvTokens / (row.backend === "trtllm" ? isl + osl : isl + osl / 2));
}
