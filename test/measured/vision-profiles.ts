import { readFileSync } from "node:fs";
import { type EstimateDocument, estimate, importModelFiles, importPreset } from "@berth/core";

// What vLLM printed of profile runs with a vision tower (test/measured/README.md).

/** A row of vllm-vision-profiles.jsonl. */
export interface Row {
  readonly version: string;
  readonly model: string;
  /** A preset of the same sizes. */
  readonly as?: string;
  readonly config?: object;
  readonly gpu: string;
  readonly tp: number;
  readonly batch: number;
  readonly tokens: number;
  readonly fraction?: number;
  readonly activationGiB?: number;
  readonly kvGiB?: number;
}

/** All of them. */
export const visionRows: readonly Row[] = readFileSync(
  new URL("vllm-vision-profiles.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

function specOf({ model, as = model, config }: Row): Parameters<typeof estimate>[1] {
  const spec =
    config === undefined
      ? importPreset(as)
      : importModelFiles({ path: model, files: { "config.json": JSON.stringify(config) } });
  if (spec === undefined) {
    throw new Error(`no model ${as}`);
  }
  return spec;
}

/** The rank that such a run profiles. */
export function estimated(row: Row): EstimateDocument["ranks"][number] {
  const { version: engineVersion, gpu, tp, batch: maxBatchSize, tokens: maxNumTokens } = row;
  const request = { engine: "vllm", engineVersion, gpu, tp, maxBatchSize, maxNumTokens };
  const fraction = row.fraction === undefined ? {} : { kvFraction: row.fraction };
  const [rank] = estimate({ ...request, ...fraction, maxSeqLen: 4096 }, specOf(row)).ranks;
  if (rank === undefined) {
    throw new Error(`no rank of ${row.model}`);
  }
  return rank;
}
