import type { Quantization, StoredWeights } from "../model/quantization.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf, shownSafely } from "./fields.ts";
import type { FoundQuantization } from "./found-quantization.ts";
import { readQuantizationConfig } from "./hf-quantization-config.ts";
import { readModelOpt } from "./hf-quantization-modelopt.ts";

export interface QuantizationFiles {
  /** The whole config.json, where quantisation and data type may stand. */
  readonly config: Fields;
  /** Its text part, where they may stand as well. */
  readonly text: Fields;
  readonly hfQuant: unknown;
  readonly totalBytes: number | undefined;
}

/** The name of ModelOpt's file in messages. */
const HF_QUANT_FILE = "hf_quant_config.json";

/**
 * How the files hold the weights. `hf_quant_config.json` goes before `quantization_config`, as in
 * TensorRT-LLM. Throws an InputError where the format has no name in the contract.
 */
export function readStoredWeights(files: QuantizationFiles): {
  readonly stored: StoredWeights;
  readonly notes: readonly string[];
} {
  const found = findQuantization(files);
  const plain = found?.weights === undefined ? plainDtype(files) : undefined;
  const weights = found?.weights ?? { quantization: plain?.quantization ?? "bf16", excluded: [] };
  return {
    stored: {
      ...weights,
      ...expertForm(files.text),
      ...(found?.kvCacheDtype === undefined ? {} : { kvCacheDtype: found.kvCacheDtype }),
      ...(files.totalBytes === undefined ? {} : { totalBytes: files.totalBytes }),
    },
    notes: [...(found?.notes ?? []), ...(plain?.notes ?? [])],
  };
}

/** DeepSeek V4 says here, and only here, that its experts are in FP4 with a scale of eight bits for 32. */
function expertForm(text: Fields): Pick<StoredWeights, "experts"> {
  return text.text("expert_dtype") === "fp4" ? { experts: { quantization: "mxfp4" } } : {};
}

function findQuantization({
  config,
  text,
  hfQuant,
}: QuantizationFiles): FoundQuantization | undefined {
  if (hfQuant !== undefined) {
    return readModelOpt(fieldsOf(HF_QUANT_FILE, hfQuant));
  }
  const inConfig = config.object("quantization_config") ?? text.object("quantization_config");
  return inConfig === undefined ? undefined : readQuantizationConfig(inConfig);
}

function plainDtype({ config, text }: QuantizationFiles): {
  readonly quantization: Quantization;
  readonly notes: readonly string[];
} {
  const [fields, key] = dtypeKey(config, text);
  const dtype = fields.text(key);
  switch (dtype) {
    case "bfloat16":
      return { quantization: "bf16", notes: [] };
    case "float16":
      return { quantization: "fp16", notes: [] };
    case "float32":
      return {
        quantization: "bf16",
        notes: ["its files hold 32-bit weights; engines load them as bf16"],
      };
    case undefined:
      return {
        quantization: "bf16",
        notes: ["its config.json does not say the data type: bf16 is assumed"],
      };
    default:
      throw fields.bad(key, `expected bfloat16, float16 or float32, got ${shownSafely(dtype)}`);
  }
}

function dtypeKey(config: Fields, text: Fields): readonly [fields: Fields, key: string] {
  const places = [config, text].flatMap((fields) =>
    (["dtype", "torch_dtype"] as const).map((key) => [fields, key] as const),
  );
  return places.find(([fields, key]) => fields.has(key)) ?? [config, "torch_dtype"];
}
