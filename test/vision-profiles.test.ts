import { readFileSync } from "node:fs";
import { type EstimateDocument, estimate, importModelFiles, importPreset } from "@berth/core";
import { describe, expect, test } from "vitest";

// What vLLM printed of profile runs with a vision tower (test/measured/README.md).

interface Row {
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

const GIB = 2 ** 30;
const rows = readFileSync(new URL("measured/vllm-vision-profiles.jsonl", import.meta.url), "utf8")
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

function estimated(row: Row): EstimateDocument["ranks"][number] {
  const { version: engineVersion, gpu, tp, batch: maxBatchSize, tokens: maxNumTokens } = row;
  const request = { engine: "vllm", engineVersion, gpu, tp, maxBatchSize, maxNumTokens };
  const fraction = row.fraction === undefined ? {} : { kvFraction: row.fraction };
  const [rank] = estimate({ ...request, ...fraction, maxSeqLen: 4096 }, specOf(row)).ranks;
  if (rank === undefined) {
    throw new Error(`no rank of ${row.model}`);
  }
  return rank;
}

describe("the peak of a profile run with a vision tower", () => {
  const printed = rows.filter(({ activationGiB }) => activationGiB !== undefined);
  test.each(printed)("$model, $version, tp $tp: $activationGiB GiB", (row) => {
    const terms = estimated(row).terms.filter(({ id }) => id === "activations" || id === "vision");
    const sum = (key: "bytes" | "lowBytes" | "highBytes"): number =>
      terms.reduce((total, term) => total + term[key], 0) / GIB;
    const measured = row.activationGiB ?? 0;
    expect(terms).toHaveLength(2);
    expect(Math.abs(sum("bytes") / measured - 1)).toBeLessThan(0.03);
    expect(sum("lowBytes")).toBeLessThanOrEqual(measured);
    expect(sum("highBytes")).toBeGreaterThanOrEqual(measured);
  });
});

describe("what is left for the KV cache", () => {
  const printed = rows.filter(({ kvGiB }) => kvGiB !== undefined);
  test.each(printed)("$model on $gpu, tp $tp: $kvGiB GiB", (row) => {
    const error = estimated(row).kv.budgetBytes / GIB / (row.kvGiB ?? 0) - 1;
    expect(Math.abs(error)).toBeLessThan(0.035);
  });
});
