import type { KvCacheDtype } from "../../../../model/quantization.ts";

/** The name of a KV dtype; "auto" is the model's own 16-bit type. Undefined where it has no name. */
export function vllmKvDtype(dtype: KvCacheDtype): string | undefined {
  switch (dtype) {
    case "bf16":
    case "fp16":
      return "auto";
    case "fp8":
    case "nvfp4":
      return dtype;
    case "int8":
    case "q8_0":
    case "q4_0":
      return undefined;
    default:
      return dtype satisfies never;
  }
}
