import type { RankFiles } from "../model/measured-weights.ts";
import type { Parallelism } from "../model/parallelism.ts";

/**
 * Bytes of the largest rank file of a pipeline stage, where weights were cut for just these ranks; undefined
 * for any other layout.
 */
export function rankFileBytes(
  files: RankFiles | undefined,
  { tp, pp }: Parallelism,
  stage: number,
): number | undefined {
  if (files === undefined || files.tp !== tp || files.pp !== pp) {
    return;
  }
  const ofStage = files.bytes.slice(stage * tp, (stage + 1) * tp);
  return ofStage.length === tp ? Math.max(...ofStage) : undefined;
}

/** Sums that keep their proportions and add up to `total`. */
export function scaledTo<T extends Readonly<Record<"plain" | "quantized" | "scales", number>>>(
  sums: T,
  total: number,
): { readonly plain: number; readonly quantized: number; readonly scales: number } {
  const by = total / (sums.plain + sums.quantized + sums.scales);
  return { plain: sums.plain * by, quantized: sums.quantized * by, scales: sums.scales * by };
}
