import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { Quantization } from "../../../model/quantization.ts";

/** How a TensorRT-LLM checkpoint is made from a model's files; sizes of TP and PP come on top. */
export type CheckpointStep =
  | {
      /** convert_checkpoint.py of the model's family. */
      readonly kind: "convert";
      readonly options: readonly string[];
      readonly needs16Bit: boolean;
    }
  | {
      /** quantize.py, for every family that Model Optimizer knows. */
      readonly kind: "quantize";
      readonly options: readonly string[];
      readonly needs16Bit: boolean;
    }
  | { readonly kind: "impossible"; readonly what: string };

/** quantize.py's --qformat; undefined where it has none. */
const QFORMAT: Readonly<Record<Quantization, string | undefined>> = {
  bf16: "full_prec",
  fp16: "full_prec",
  fp8: "fp8",
  "fp8-block": undefined,
  "int8-sq": "int8_sq",
  "int8-wo": "int8_wo",
  "int4-awq": "int4_awq",
  "int4-gptq": undefined,
  "w4a8-awq": "w4a8_awq",
  nvfp4: "nvfp4",
  mxfp4: undefined,
  gguf: undefined,
};

export function checkpointStep(deployment: PlanDeployment): CheckpointStep {
  const { quantization, storedQuantization, kvCacheDtype } = deployment;
  const hasPlainKv = kvCacheDtype === "bf16" || kvCacheDtype === "fp16";
  if (!hasPlainKv && kvCacheDtype !== "fp8" && kvCacheDtype !== "int8") {
    return { kind: "impossible", what: `a ${kvCacheDtype} KV cache` };
  }
  if (hasPlainKv && is16Bit(quantization)) {
    const options = [`--dtype ${dtypeName(quantization)}`];
    return convert(deployment, options, !is16Bit(storedQuantization));
  }
  if (hasPlainKv && quantization === "int4-gptq" && storedQuantization === "int4-gptq") {
    const options = ["--dtype float16", "--use_weight_only", "--weight_only_precision int4_gptq"];
    return convert(deployment, [...options, "--per_group"], false);
  }
  return quantize(deployment, hasPlainKv);
}

function convert(
  { tp, ep }: PlanDeployment,
  options: readonly string[],
  needs16Bit: boolean,
): CheckpointStep {
  const experts = ep > 1 ? [`--moe_tp_size ${tp / ep}`, `--moe_ep_size ${ep}`] : [];
  return { kind: "convert", options: [...options, ...experts], needs16Bit };
}

function quantize(deployment: PlanDeployment, hasPlainKv: boolean): CheckpointStep {
  const { quantization, storedQuantization, kvCacheDtype, ep } = deployment;
  const qformat = QFORMAT[quantization];
  if (qformat === undefined) {
    return { kind: "impossible", what: `${quantization} weights from these files` };
  }
  if (ep > 1) {
    return { kind: "impossible", what: `expert parallelism and ${quantization} weights` };
  }
  return {
    kind: "quantize",
    options: [
      `--dtype ${is16Bit(quantization) ? dtypeName(quantization) : "auto"}`,
      `--qformat ${qformat}`,
      ...(qformat.endsWith("awq") ? ["--awq_block_size 128"] : []),
      ...(hasPlainKv ? [] : [`--kv_cache_dtype ${kvCacheDtype}`]),
      "--calib_size 512",
    ],
    needs16Bit: !is16Bit(storedQuantization),
  };
}

function is16Bit(quantization: Quantization): boolean {
  return quantization === "bf16" || quantization === "fp16";
}

function dtypeName(quantization: Quantization): string {
  return quantization === "fp16" ? "float16" : "bfloat16";
}
