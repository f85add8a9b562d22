/** One tensor as a file's table names it. */
export interface StoredTensor {
  readonly name: string;
  /** The file's own name of its type: "BF16" and "F8_E4M3" in safetensors, "Q4_K" in GGUF. */
  readonly dtype: string;
  /** Dimensions, slowest first; of the stored elements, which may be packed. */
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** The most tensors of one table. The most seen are 497 thousand (Kimi K3's index). */
export const MAX_TENSORS = 1_000_000;

/** The most dimensions seen: 5 (a patch embedding of video). */
export const MAX_DIMENSIONS = 8;

/** The product of the dimensions; undefined where one is no whole number or the product is past 2^53. */
export function elementsOf(shape: readonly unknown[]): number | undefined {
  let product = 1;
  for (const size of shape) {
    if (!(typeof size === "number" && Number.isSafeInteger(size) && size >= 0)) {
      return undefined;
    }
    product *= size;
  }
  return Number.isSafeInteger(product) ? product : undefined;
}
