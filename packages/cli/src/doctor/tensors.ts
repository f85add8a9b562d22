import type { Finding } from "./finding.ts";

/** What berth capacity --monte-carlo computes on: the native library where it is installed. */
export async function lookForTensors(): Promise<Finding> {
  const means = "berth capacity --monte-carlo computes with it";
  const native = "@tensorflow/tfjs-node";
  try {
    import.meta.resolve(native);
    return { id: "tensors", state: "there", found: native, means };
  } catch {
    return {
      id: "tensors",
      state: "there",
      found: "WebAssembly",
      means: `${means}; ${native}, where it is installed, is taken instead`,
    };
  }
}
