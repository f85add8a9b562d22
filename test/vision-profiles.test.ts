import { describe, expect, test } from "vitest";
import { estimated, visionRows as rows } from "./measured/vision-profiles.ts";

const GIB = 2 ** 30;

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
