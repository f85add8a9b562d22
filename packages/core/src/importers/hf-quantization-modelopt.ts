import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import { type Fields, shownSafely } from "./fields.ts";
import type { FoundQuantization } from "./found-quantization.ts";
import { readExclusions } from "./quantization-exclusions.ts";

/** The most elements seen to share a scale: 128. */
export const MAX_GROUP = 65_536;

/** NVIDIA ModelOpt's names of what the contract names, those that TensorRT-LLM reads. */
const ALGORITHMS: ReadonlyMap<string, Quantization> = new Map([
  ["FP8", "fp8"],
  ["FP8_PER_CHANNEL_PER_TOKEN", "fp8"],
  ["FP8_BLOCK_SCALES", "fp8-block"],
  ["FP8_PB_WO", "fp8-block"],
  ["FP8_PB_REAL", "fp8-block"],
  ["NVFP4", "nvfp4"],
  ["NVFP4_AWQ", "nvfp4"],
  ["INT4_AWQ", "int4-awq"],
  ["W4A16_AWQ", "int4-awq"],
  ["W4A16_GPTQ", "int4-gptq"],
  ["W4A8_AWQ", "w4a8-awq"],
  ["INT8_SQ", "int8-sq"],
  ["W8A8_SQ_PER_CHANNEL", "int8-sq"],
  ["W8A8_SQ_PER_CHANNEL_PER_TOKEN_PLUGIN", "int8-sq"],
  ["W8A8_SQ_PER_TENSOR_PLUGIN", "int8-sq"],
  ["W8A16", "int8-wo"],
  ["W4A8_MXFP4_FP8", "mxfp4"],
  ["W4A8_MXFP4_MXFP8", "mxfp4"],
  ["W4A16_MXFP4", "mxfp4"],
]);

const KV_ALGORITHMS: ReadonlyMap<string, KvCacheDtype> = new Map([
  ["FP8", "fp8"],
  ["INT8", "int8"],
  ["NVFP4", "nvfp4"],
]);

/** Reads `hf_quant_config.json`. Throws an InputError where its algorithm has no name in the contract. */
export function readModelOpt(file: Fields): FoundQuantization {
  const quantization = file.object("quantization");
  if (quantization === undefined) {
    throw file.bad("quantization", "expected an object, but it is missing");
  }
  return readModelOptFields(quantization, "exclude_modules");
}

/** The same fields where they stand in config.json's `quantization_config`. */
export function readModelOptFields(fields: Fields, exclusionKey: string): FoundQuantization {
  const algorithm = fields.text("quant_algo");
  const kv = fields.text("kv_cache_quant_algo");
  return {
    ...(algorithm === undefined || algorithm === "NO_QUANT"
      ? {}
      : {
          weights: {
            quantization: named(fields, "quant_algo", ALGORITHMS),
            excluded: readExclusions(fields, [exclusionKey]),
            ...groupSize(fields),
          },
        }),
    ...(kv === undefined || kv.toLowerCase() === "none"
      ? {}
      : { kvCacheDtype: named(fields, "kv_cache_quant_algo", KV_ALGORITHMS) }),
    notes: [],
  };
}

/** `group_size` where it is stated; -1 and 0 mean a whole row. */
export function groupSize(fields: Fields): { readonly groupSize?: number } {
  const stated = fields.raw("group_size");
  return stated === undefined || stated === 0 || stated === -1
    ? {}
    : { groupSize: fields.count("group_size", MAX_GROUP) };
}

function named<T>(fields: Fields, key: string, names: ReadonlyMap<string, T>): T {
  const text = fields.text(key);
  const found = names.get((text ?? "").toUpperCase());
  if (found === undefined) {
    throw fields.bad(
      key,
      `expected one of ${[...names.keys()].join(", ")}, got ${shownSafely(text)}`,
    );
  }
  return found;
}
