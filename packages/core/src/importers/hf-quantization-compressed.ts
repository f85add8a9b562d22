import type { KvCacheDtype, Quantization } from "../model/quantization.ts";
import { type Fields, shownSafely } from "./fields.ts";
import type { FoundQuantization } from "./found-quantization.ts";
import { groupSize } from "./hf-quantization-modelopt.ts";
import { readExclusions } from "./quantization-exclusions.ts";

/**
 * Reads compressed-tensors' `config_groups` (llm-compressor, Neural Magic). All groups must store
 * weights in one form. Throws an InputError otherwise.
 */
export function readCompressedTensors(fields: Fields): FoundQuantization {
  const groups = fields.object("config_groups");
  const schemes = (groups?.keys() ?? []).flatMap((key) => groups?.object(key) ?? []);
  const forms = schemes.map((scheme) => formOf(scheme, fields.text("format") ?? ""));
  const [first] = forms;
  if (first === undefined) {
    throw fields.bad("config_groups", "expected at least one group of weights, but there is none");
  }
  if (forms.some((form) => form.quantization !== first.quantization)) {
    const names = [...new Set(forms.map((form) => form.quantization))].join(" and ");
    throw fields.bad("config_groups", `expected one form for all weights, got ${names}`);
  }
  // here the file's list is whole: a head that it does not name is quantised
  const excluded = readExclusions(fields, ["ignore"], true);
  const kvCacheDtype = kvScheme(fields.object("kv_cache_scheme"));
  return {
    weights: { ...first, excluded },
    ...(kvCacheDtype === undefined ? {} : { kvCacheDtype }),
    notes: [],
  };
}

interface Form {
  readonly quantization: Quantization;
  readonly groupSize?: number;
}

function formOf(scheme: Fields, format: string): Form {
  const weights = scheme.object("weights");
  if (weights === undefined) {
    throw scheme.bad("weights", "expected an object, but it is missing");
  }
  const bits = weights.count("num_bits", 64);
  const type = weights.text("type") ?? "int";
  const quantization = FORMS.get(`${type} ${bits}`)?.({
    weights,
    format,
    hasActivations: scheme.has("input_activations"),
  });
  if (quantization === undefined) {
    throw weights.bad(
      "num_bits",
      `expected 4 or 8 bits of int or float, got ${bits} of ${shownSafely(type)}`,
    );
  }
  return { quantization, ...groupSize(weights) };
}

interface Scheme {
  readonly weights: Fields;
  readonly format: string;
  readonly hasActivations: boolean;
}

const FORMS: ReadonlyMap<string, (scheme: Scheme) => Quantization> = new Map([
  ["float 8", ({ weights }) => (weights.text("strategy") === "block" ? "fp8-block" : "fp8")],
  ["float 4", ({ format }) => (format.startsWith("mxfp4") ? "mxfp4" : "nvfp4")],
  ["int 8", ({ hasActivations }) => (hasActivations ? "int8-sq" : "int8-wo")],
  ["int 4", int4],
] as const);

/** Symmetric groups have scales only, as AWQ in TensorRT-LLM; others have zero points, as GPTQ. */
function int4({ weights, hasActivations }: Scheme): Quantization {
  if (hasActivations) {
    return "w4a8-awq";
  }
  return weights.flag("symmetric", true) ? "int4-awq" : "int4-gptq";
}

function kvScheme(scheme: Fields | undefined): KvCacheDtype | undefined {
  if (scheme === undefined) {
    return undefined;
  }
  const bits = scheme.count("num_bits", 64, 8);
  const type = scheme.text("type") ?? "float";
  const dtype = KV_FORMS.get(`${type} ${bits}`);
  if (dtype === undefined) {
    throw scheme.bad("num_bits", `expected 8 bits, or 4 of float, got ${bits} of ${type}`);
  }
  return dtype;
}

const KV_FORMS: ReadonlyMap<string, KvCacheDtype> = new Map([
  ["float 8", "fp8"],
  ["int 8", "int8"],
  ["float 4", "nvfp4"],
]);
