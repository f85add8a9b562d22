import type { ComputeFormat } from "../engine/engine.ts";
import type { DensePrecision, GpuSpec } from "../hardware/gpu.ts";
import type { Quantization } from "../model/quantization.ts";
import type { SpeedConstants } from "./speed-constants.ts";
import type { CardSpeed } from "./speed-setting.ts";

export interface CardUse {
  readonly quantization: Quantization;
  /** What the engine's kernels multiply such weights in on this card, where a source says. */
  readonly computes?: ComputeFormat | undefined;
  readonly constants: SpeedConstants;
}

/** What one card gives the laws of time for weights stored this way. */
export function cardSpeed(gpu: GpuSpec, { quantization, computes, constants }: CardUse): CardSpeed {
  const plain = plainFlops(gpu);
  const format = computes === "16-bit" ? undefined : (computes ?? OWN_FORMAT[quantization]);
  const own = format === undefined ? undefined : gpu.denseTflops[format];
  const widened = PLAIN.has(quantization) ? plain : widenedFlops(gpu, plain, constants);
  return {
    bytesPerSecond: gpu.bandwidthGBps.value * GIGA,
    flopsPerSecond: own === undefined ? widened : own.value * TERA,
    plainFlopsPerSecond: plain,
    constants,
  };
}

/**
 * Tensor cores that wait for plain ones to widen weights: 1 / rate = 1 / plain + reached · work / fp32 rate. Cards with
 * many plain cores for their tensor cores (GeForce) lose less than those with few (A100, H100).
 */
function widenedFlops(gpu: GpuSpec, plain: number, constants: SpeedConstants): number {
  const cores = (gpu.denseTflops.fp32?.value ?? Number.POSITIVE_INFINITY) * TERA;
  return 1 / (1 / plain + (constants.denseCompute * constants.wideningWork) / cores);
}

/** Multiplied as they are stored; what llama.cpp's kernels reach with its own formats is in its constants. */
const PLAIN: ReadonlySet<Quantization> = new Set(["bf16", "fp16", "gguf"]);

/** What weights stored so are multiplied in where the card has that format and no source says otherwise. */
const OWN_FORMAT: Readonly<Partial<Record<Quantization, DensePrecision>>> = {
  fp8: "fp8",
  "fp8-block": "fp8",
  "w4a8-awq": "fp8",
  "int8-sq": "int8",
  nvfp4: "fp4",
  mxfp4: "fp4",
};

function plainFlops({ denseTflops }: GpuSpec): number {
  const rate = denseTflops.bf16 ?? denseTflops.fp16 ?? denseTflops.fp32;
  return (rate?.value ?? Number.NaN) * TERA;
}

const GIGA = 1e9;
const TERA = 1e12;
