import type { StoredWeights } from "../model/quantization.ts";

/** What a reader of one quantisation format found. */
export interface FoundQuantization {
  /** Absent where the file says that nothing is quantised. */
  readonly weights?: Pick<StoredWeights, "quantization" | "excluded"> & {
    readonly groupSize?: number;
    readonly hasZeroPoints?: boolean;
  };
  readonly kvCacheDtype?: NonNullable<StoredWeights["kvCacheDtype"]>;
  readonly notes: readonly string[];
}
