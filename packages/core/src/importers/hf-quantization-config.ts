import type { Quantization } from "../model/quantization.ts";
import { type Fields, shownSafely } from "./fields.ts";
import type { FoundQuantization } from "./found-quantization.ts";
import { readCompressedTensors } from "./hf-quantization-compressed.ts";
import { groupSize, MAX_GROUP, readModelOptFields } from "./hf-quantization-modelopt.ts";
import { readExclusions } from "./quantization-exclusions.ts";

/** Reads config.json's `quantization_config`. Throws an InputError at a method that is not described. */
export function readQuantizationConfig(fields: Fields): FoundQuantization {
  const method = methodOf(fields);
  const read = METHODS.get(method);
  if (read === undefined) {
    throw fields.bad(
      "quant_method",
      `expected one of ${[...METHODS.keys()].join(", ")}, got ${shownSafely(method)}: weights in this form can't be described yet`,
    );
  }
  return read(fields);
}

const METHODS: ReadonlyMap<string, (fields: Fields) => FoundQuantization> = new Map([
  ["awq", readAwq],
  ["gptq", readGptq],
  ["fp8", readFp8],
  ["fbgemm_fp8", readFp8],
  ["mxfp4", readMxfp4],
  ["compressed-tensors", readCompressedTensors],
  ["modelopt", readModelOptConfig],
]);

/** ModelOpt's own files leave `quant_method` out at times, or add the format to it. */
function methodOf(fields: Fields): string {
  const method = fields.text("quant_method")?.toLowerCase();
  if (method === undefined && fields.has("quant_algo")) {
    return "modelopt";
  }
  if (method === undefined) {
    throw fields.bad("quant_method", "expected a method's name, but it is missing");
  }
  return method.startsWith("modelopt") ? "modelopt" : method;
}

function readAwq(fields: Fields): FoundQuantization {
  expectBits(fields, [4]);
  const { weights, notes } = found("int4-awq", fields, ["modules_to_not_convert"]);
  const hasZeroPoints = fields.flag("zero_point", true);
  return weights === undefined ? { notes } : { weights: { ...weights, hasZeroPoints }, notes };
}

function readGptq(fields: Fields): FoundQuantization {
  const bits = expectBits(fields, [4, 8]);
  const excluded = readExclusions(
    fields,
    ["modules_to_not_convert"],
    fields.flag("lm_head", false),
  );
  return {
    weights: {
      quantization: bits === 4 ? "int4-gptq" : "int8-wo",
      excluded,
      ...groupSize(fields),
    },
    notes: [],
  };
}

/** FP8 as DeepSeek and Qwen publish it: blocks where `weight_block_size` is given, else one scale a tensor. */
function readFp8(fields: Fields): FoundQuantization {
  const excludedBy = ["modules_to_not_convert", "ignored_layers"];
  const block = fields.raw("weight_block_size");
  if (block === undefined) {
    return found("fp8", fields, excludedBy);
  }
  const size: unknown = Array.isArray(block) && block.length === 2 ? block[1] : undefined;
  if (!(typeof size === "number" && Number.isInteger(size) && size > 0 && size <= MAX_GROUP)) {
    throw fields.bad(
      "weight_block_size",
      `expected two positive integers, got ${shownSafely(block)}`,
    );
  }
  return {
    weights: {
      quantization: "fp8-block",
      excluded: readExclusions(fields, excludedBy),
      groupSize: size,
    },
    notes: [],
  };
}

function readMxfp4(fields: Fields): FoundQuantization {
  return found("mxfp4", fields, ["modules_to_not_convert"]);
}

function readModelOptConfig(fields: Fields): FoundQuantization {
  return fields.has("quant_algo")
    ? readModelOptFields(fields, fields.has("ignore") ? "ignore" : "exclude_modules")
    : readCompressedTensors(fields);
}

function found(
  quantization: Quantization,
  fields: Fields,
  excludedBy: readonly string[],
): FoundQuantization {
  return {
    weights: { quantization, excluded: readExclusions(fields, excludedBy), ...groupSize(fields) },
    notes: [],
  };
}

function expectBits(fields: Fields, allowed: readonly number[]): number {
  const key = fields.has("w_bit") ? "w_bit" : "bits";
  const bits = fields.raw(key);
  if (typeof bits !== "number" || !allowed.includes(bits)) {
    throw fields.bad(key, `expected ${allowed.join(" or ")}, got ${shownSafely(bits)}`);
  }
  return bits;
}
