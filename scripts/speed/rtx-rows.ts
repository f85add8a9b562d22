import { readFileSync } from "node:fs";
import { promptPairs } from "../../packages/core/src/capacity/roofline.ts";
import type { SpeedConstants } from "../../packages/core/src/capacity/speed-constants.ts";
import type { SpeedSetting } from "../../packages/core/src/capacity/speed-setting.ts";
import { decodeStep, promptStep, promptTime } from "../../packages/core/src/capacity/step-time.ts";
import { gpuById, importPreset } from "../../packages/core/src/catalog/catalog.ts";
import { engineById } from "../../packages/core/src/catalog/engine-catalog.ts";
import { replicaSpeed } from "../../packages/core/src/documents/capacity/replica-speed.ts";
import type { GpuSpec } from "../../packages/core/src/hardware/gpu.ts";
import type { ModelSpec } from "../../packages/core/src/model/model.ts";
import type { KvCacheDtype } from "../../packages/core/src/model/quantization.ts";
import type { Case } from "./case.ts";

/** A row of serving-speed-rtx.jsonl, as far as it is read. */
interface Row {
  readonly preset: string;
  readonly id: string;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly batchSize: number;
  readonly tokSOut: number;
  readonly tokSPrefill?: number;
  readonly engineFlags: {
    readonly commandSnippet: string;
    readonly kvCacheDtype: string | null;
    readonly specDecoding: boolean;
    readonly mtpEnabled: boolean;
  };
  readonly model: { readonly hfId: string };
  readonly hardware: { readonly gpuCount: number };
  readonly engine: { readonly engineName: string; readonly quantization: string };
}

/** What of a row is not a case, and why. */
export interface Left {
  readonly id: string;
  readonly why: string;
}

export interface RtxRows {
  readonly cases: readonly Case[];
  readonly left: readonly Left[];
}

/** The models of the rows by their published names, and the catalogue's model with the same layers. */
const TWINS: readonly (readonly [pattern: RegExp, id: string])[] = [
  [
    /Qwen3\.[56]-35B-A3B|Ornstein3\.6-35B|Ornith-1\.0-35B|Qwopus3\.6-35B|Tess-4-35B/i,
    "Qwen/Qwen3.5-35B-A3B",
  ],
  [/Qwen3\.6-27B/i, "Qwen/Qwen3.5-27B"],
  [/Qwen3\.5-9B/i, "Qwen/Qwen3.5-9B"],
  [/gpt-oss-20b/i, "openai/gpt-oss-20b"],
  [/Phi-4-mini/i, "microsoft/Phi-4-mini-instruct"],
  [/gemma-4-26B-A4B/i, "google/gemma-4-26B-A4B"],
  [/Nemotron-Cascade-2-30B-A3B/i, "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"],
];

/** Bits of a weight in llama.cpp's formats, by its own table for Llama 3.1 8B (tools/quantize/README.md). */
const BITS: readonly (readonly [pattern: RegExp, bits: number])[] = [
  [/Q3_K_S/, 3.64],
  [/Q3_K_(M|P)/, 4.0],
  [/Q3_K_(L|XL)/, 4.3],
  [/IQ4_XS/, 4.46],
  [/Q4_K_S/, 4.67],
  [/IQ4_NL/, 4.68],
  [/Q4_K_(M|P|XL)/, 4.89],
  [/Q5_K_M/, 5.7],
  [/Q6_K/, 6.56],
  [/Q8/, 8.5],
];
const PLAIN_BITS = 16;

/** gpt-oss is published in MXFP4 and its experts stay so in every GGUF file. */
const GPT_OSS_BITS = 4.5;

/** The rows of plain llama.cpp runs of one stream; the others with the reason that they are left out. */
export function rtxRows(file: string): RtxRows {
  const rows = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
  const read = rows.map((row) => ({ row, found: caseOf(row) }));
  return {
    cases: read.flatMap(({ found }) => (typeof found === "string" ? [] : [found])),
    left: read.flatMap(({ row, found }) =>
      typeof found === "string" ? [{ id: row.id, why: found }] : [],
    ),
  };
}

function caseOf(row: Row): Case | string {
  const { engineFlags: flags, model: named } = row;
  if (row.engine.engineName !== "llama.cpp") {
    return `no plain llama.cpp: ${row.engine.engineName}`;
  }
  if (flags.specDecoding || flags.mtpEnabled || /--spec-type|-md /.test(flags.commandSnippet)) {
    return "drafts tokens";
  }
  const twin = TWINS.find(([pattern]) => pattern.test(named.hfId));
  const model = twin === undefined ? undefined : importPreset(twin[1]);
  const bits = BITS.find(([pattern]) => pattern.test(row.engine.quantization));
  const gpu = gpuById(row.preset.includes("4090") ? "rtx-4090" : "rtx-3090");
  if (model === undefined || twin === undefined || bits === undefined || gpu === undefined) {
    return "a model or format that the catalogue does not know";
  }
  const setting = settingOf(model, gpu, {
    bits: twin[1].includes("gpt-oss") ? GPT_OSS_BITS : bits[1],
    kv: flags.kvCacheDtype,
  });
  const context = row.promptTokens + row.outputTokens / 2;
  if (readSeconds(setting, context) > 1 / row.tokSOut) {
    return "more tokens a second than the card can read weights for";
  }
  return {
    id: row.id,
    engine: "llama.cpp",
    architecture: gpu.architecture,
    gpu: gpu.id,
    family: twin[1],
    weight: 1,
    measured: {
      tpot: 1 / row.tokSOut,
      ...(row.tokSPrefill === undefined || row.promptTokens < LEAST_PROMPT
        ? {}
        : { ttft: row.promptTokens / row.tokSPrefill }),
    },
    predict: (constants) => {
      const tried = withConstants(setting, constants);
      return {
        tpot: decodeStep(tried, 1, context),
        ttft: promptOfBatches(tried, row.promptTokens),
      };
    },
  };
}

/** Prompts shorter than this measure how the server starts, not how fast it reads. */
const LEAST_PROMPT = 256;
/** Tokens of a prompt that llama.cpp reads in one step (--ubatch-size). */
const MICRO_BATCH = 512;

/** The time that llama-bench gives a prompt: its micro-batches, one after another. */
function promptOfBatches(setting: SpeedSetting, tokens: number): number {
  const prompt = { tokens, pairs: promptPairs(tokens), prompts: 1 };
  return Math.ceil(tokens / MICRO_BATCH) * promptStep(setting) + promptTime(setting, prompt);
}

function settingOf(
  model: ModelSpec,
  gpu: GpuSpec,
  { bits, kv }: { readonly bits: number; readonly kv: string | null },
): SpeedSetting {
  const engine = engineById("llama.cpp");
  if (engine === undefined) {
    throw new RangeError("the catalogue has no llama.cpp");
  }
  const plain = replicaSpeed({
    model,
    engine,
    weights: { quantization: "bf16", excluded: [] },
    kvCacheDtype: kv === "q8_0" || kv === "q4_0" ? (kv satisfies KvCacheDtype) : "fp16",
    parallelism: { tp: 1, pp: 1, ep: 1 },
    gpus: [gpu],
    links: [{ within: "host", toNext: "network" }],
  });
  return {
    ...plain,
    stages: plain.stages.map((stage) => ({
      ...stage,
      work: {
        ...stage.work,
        denseBytes: (stage.work.denseBytes * bits) / PLAIN_BITS,
        expertBytes: (stage.work.expertBytes * bits) / PLAIN_BITS,
      },
    })),
  };
}

function withConstants(setting: SpeedSetting, constants: SpeedConstants): SpeedSetting {
  return {
    ...setting,
    stages: setting.stages.map((stage) => ({
      ...stage,
      cards: stage.cards.map((card) => ({ ...card, constants })),
    })),
  };
}

/** The least time that one token can take: its weights and its cache, read at the card's full rate. */
function readSeconds({ stages }: SpeedSetting, context: number): number {
  return stages.reduce((sum, { work, cards }) => {
    const experts = work.experts === 0 ? 0 : (work.expertBytes * work.active) / work.experts;
    const kv = work.kv.reduce(
      (bytes, { window, bytesPerToken }) => bytes + Math.min(window, context) * bytesPerToken,
      0,
    );
    return sum + (work.denseBytes + experts + kv) / (cards[0]?.bytesPerSecond ?? Number.NaN);
  }, 0);
}
