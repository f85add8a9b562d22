import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, inventoryFromTexts, parseFleetFile, planFleet } from "@berth/core";
import { describe, expect, test } from "vitest";
import { withoutTime } from "../../../../test/support/without-time.ts";
import { ANSWERS, type Watch } from "./answers.ts";

const EXAMPLES = join(import.meta.dirname, "../../../../examples");
const text = (name: string) => readFileSync(join(EXAMPLES, name), "utf8");
const WATCH: Watch = {
  signal: { aborted: false },
  onProgress: () => undefined,
  pause: async () => undefined,
};

const WORKSPACE = {
  fleet: text("twelve-cards.yaml"),
  files: [{ name: "inventory/twelve-cards.xml", text: text("inventory/twelve-cards.xml") }],
};

describe("the example of twelve cards", () => {
  test("is planned as core plans it, byte for byte", async () => {
    const file = "fleet.yaml";
    const direct = await planFleet({
      file,
      fleet: parseFleetFile(file, WORKSPACE.fleet),
      inventory: inventoryFromTexts(WORKSPACE.files),
    });
    const answer = await ANSWERS.plan(WORKSPACE, WATCH);
    expect(JSON.stringify(withoutTime(answer))).toBe(JSON.stringify(direct));
  });

  test("its cards are there before there is a plan", () => {
    const cards = ANSWERS.cards(WORKSPACE, WATCH);
    expect(cards).toMatchObject({ missing: [], gpus: Array(12).fill({ plannedBytes: 0 }) });
  });

  test("every number has its law as TeX", async () => {
    const plan = await ANSWERS.plan(WORKSPACE, WATCH);
    const numbers = await ANSWERS.explain({ plan, model: "qwen2-7b" }, WATCH);
    expect(numbers.length).toBeGreaterThan(8);
    expect(numbers.every(({ tex }) => tex.length > 0)).toBe(true);
  });
});

describe("what can't be read", () => {
  test("an inventory that nobody brought", () => {
    expect(() => ANSWERS.cards({ ...WORKSPACE, files: [] }, WATCH)).toThrow(
      "fleet.yaml: inventory: expected a file that was brought here, got inventory/twelve-cards.xml",
    );
  });

  test("models that nobody brought are named", async () => {
    const fleet =
      "hosts: [{ name: a, gpus: [{ gpu: rtx-3090 }] }]\nmodels: [{ name: x, model: no/such }]";
    expect(ANSWERS.cards({ fleet, files: [] }, WATCH)).toMatchObject({ missing: ["no/such"] });
    await expect(async () => ANSWERS.plan({ fleet, files: [] }, WATCH)).rejects.toThrow(InputError);
  });
});

test("the catalogue has models and cards with their sizes", () => {
  const catalog = ANSWERS.catalog(undefined, WATCH);
  expect(catalog).toMatchObject({
    engines: expect.arrayContaining([expect.objectContaining({ id: "vllm" })]),
  });
  const { gpus, models } = catalog as Awaited<typeof catalog>;
  expect(gpus.find(({ id }) => id === "rtx-3090")?.memoryBytes).toBeGreaterThan(23 * 2 ** 30);
  expect(models.every(({ parameters }) => parameters > 0)).toBe(true);
});
