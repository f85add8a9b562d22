import type { Quantization } from "./quantization.ts";

/** Bytes of one matrix: its elements, and the scales and zero points beside them. */
export interface MatrixBytes {
  readonly elements: number;
  readonly scales: number;
}

/** Edge of the square blocks that share an FP32 scale in DeepSeek's FP8 (quantization_config.weight_block_size). */
const FP8_BLOCK = 128;

/**
 * Bytes of `out` rows by `in` columns stored this way (reference/trtllm-memory.md, section 4; TensorRT-LLM
 * _torch/modules/linear.py). `groupSize` elements of a row share a scale where the format has groups.
 */
export function matrixBytes(quantization: Quantization, shape: MatrixShape): MatrixBytes {
  const { out, in: columns } = shape;
  const elements = out * columns;
  const groups = Math.ceil(columns / (shape.groupSize ?? defaultGroupSize(quantization)));
  switch (quantization) {
    case "bf16":
    case "fp16":
      return { elements: 2 * elements, scales: 0 };
    case "fp8":
      return { elements, scales: 2 * FP32 };
    case "fp8-block":
      return {
        elements,
        scales: FP32 * Math.ceil(out / FP8_BLOCK) * Math.ceil(columns / FP8_BLOCK),
      };
    case "int8-sq":
      return { elements, scales: FP32 * out };
    case "int8-wo":
      return { elements, scales: FP16 * out };
    case "int4-awq":
    case "w4a8-awq":
      // a scale a group, and one factor a column that activations are multiplied with
      return { elements: elements / 2, scales: FP16 * out * groups + FP16 * columns };
    case "int4-gptq":
      // a scale and a zero point a group
      return {
        elements: elements / 2,
        scales: (FP16 + (shape.zeroPointBits ?? FP16_BITS) / BITS) * out * groups,
      };
    case "nvfp4":
      return { elements: elements / 2, scales: roundUp(out, 128) * roundUp(groups, 4) + 2 * FP32 };
    case "mxfp4":
      return { elements: elements / 2, scales: out * groups };
    case "gguf":
      throw new RangeError("gguf: tensor sizes come from the file's own table");
    default:
      return quantization satisfies never;
  }
}

export interface MatrixShape {
  readonly out: number;
  readonly in: number;
  readonly groupSize?: number;
  /** Bits of a zero point where the format has them; 16 where absent, as TensorRT-LLM unpacks them. */
  readonly zeroPointBits?: number;
}

/** Elements that share a scale where the checkpoint does not say: 16 for NVFP4, 32 for MXFP4, else 128. */
export function defaultGroupSize(quantization: Quantization): number {
  if (quantization === "nvfp4") {
    return 16;
  }
  return quantization === "mxfp4" ? 32 : 128;
}

/** Whether scales belong to groups along a row, so that a rank's columns must be whole groups. */
export function hasGroups(quantization: Quantization): boolean {
  return (
    quantization === "int4-awq" ||
    quantization === "int4-gptq" ||
    quantization === "w4a8-awq" ||
    quantization === "nvfp4" ||
    quantization === "mxfp4"
  );
}

const FP16 = 2;
const FP16_BITS = 16;
/** Of a byte. */
const BITS = 8;
const FP32 = 4;

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
