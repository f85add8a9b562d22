import { describe, expect, test } from "vitest";
import { UNREADABLE } from "./fixtures/safetensors/published-configs.ts";
import {
  OUTLIERS,
  type Result,
  checkpointResults as results,
  checkpointRows as rows,
} from "./measured/checkpoint-sizes.ts";

function table(results: readonly Result[]): string {
  const lines = results.map(({ model, published, computed, error }) =>
    [
      model.padEnd(56),
      String(published).padStart(14),
      String(Math.round(computed)).padStart(14),
      `${(100 * error).toFixed(3)} %`.padStart(10),
      OUTLIERS[model] ?? "",
    ].join("  "),
  );
  return [`${"model".padEnd(56)}       published        computed       error`, ...lines].join("\n");
}

describe.skipIf(rows.length === 0)("published checkpoint sizes", () => {
  test("are met: the table of errors", () => {
    const sorted = results.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
    console.log(
      `${table(results)}\n${results.length} of ${rows.length} rows, median ${(100 * median).toFixed(4)} %`,
    );
    expect(median).toBeLessThanOrEqual(0.002);
    const far = results.filter(
      ({ model, error }) => Math.abs(error) > 0.002 && !(model in OUTLIERS),
    );
    expect(far).toEqual([]);
  });

  test("every row is read, or listed with the reason why not", () => {
    const read = new Set(results.map(({ model }) => model));
    const unlisted = rows.filter(({ model }) => !read.has(model) && !(model in UNREADABLE));
    expect(unlisted.map(({ model }) => model)).toEqual([]);
  });
});
