import type { PlanDeployment } from "../../../documents/plan-document.ts";
import { compareVersions } from "../../../engine/version.ts";

/** How an engine's prefill reads its KV cache. Reuse and chunked prompts need it paged. */
export interface ContextFmha {
  readonly isPaged: boolean;
  readonly isFp8: boolean;
}

/**
 * Paged prefill has no INT8 form, and its FP8 form wants FP8 weights and a compute capability of
 * 8.9; a quantised KV cache does without it otherwise.
 */
export function contextFmha(deployment: PlanDeployment, computeCapability: string): ContextFmha {
  const { kvCacheDtype, quantization } = deployment;
  if (kvCacheDtype === "bf16" || kvCacheDtype === "fp16") {
    return { isPaged: true, isFp8: false };
  }
  const isFp8 =
    kvCacheDtype === "fp8" &&
    quantization === "fp8" &&
    compareVersions(computeCapability, "8.9") >= 0;
  return { isPaged: isFp8, isFp8 };
}
