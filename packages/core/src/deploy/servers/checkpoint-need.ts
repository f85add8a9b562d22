import type { PlanDeployment } from "../../documents/plan-document.ts";
import type { Quantization } from "../../model/quantization.ts";
import type { ModelNeed } from "./engine-server.ts";

const SIXTEEN_BITS: ReadonlySet<Quantization> = new Set(["bf16", "fp16"]);

/** What must be made first where the model's own files hold other weights than the plan counts on. */
export function checkpointNeed(
  { quantization, storedQuantization }: PlanDeployment,
  { casts16Bit }: { readonly casts16Bit: boolean },
): ModelNeed | undefined {
  const isCast =
    casts16Bit && SIXTEEN_BITS.has(quantization) && SIXTEEN_BITS.has(storedQuantization);
  return quantization === storedQuantization || isCast
    ? undefined
    : {
        what:
          `a checkpoint in ${quantization}: ` +
          `the model's own files hold ${storedQuantization} (README.md says how to make one)`,
        why: `The plan counts on ${quantization}, the model's own files hold ${storedQuantization}.`,
        change: `${storedQuantization} to ${quantization}`,
      };
}
