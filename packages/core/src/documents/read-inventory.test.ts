import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inventoryFromNvidiaSmi } from "../inventory/from-nvidia-smi.ts";
import { readInventoryDocument } from "./read-inventory.ts";

const INVENTORIES = fileURLToPath(new URL("../../../../examples/inventory/", import.meta.url));

const gpu = { index: 0, name: "NVIDIA GeForce RTX 4090", memoryTotalMiB: 24_564 };
const document = (change: object = {}): object => ({
  schema: "berth/inventory@1",
  hosts: [{ name: "box1", gpus: [gpu], links: [], ...change }],
  warnings: [],
});

test.each(["one-4090.xml", "twelve-cards.xml"])(
  "what was made of %s is read back as it is",
  (name) => {
    const made = inventoryFromNvidiaSmi([
      { name, text: readFileSync(`${INVENTORIES}${name}`, "utf8") },
    ]);
    expect(readInventoryDocument("x.json", JSON.stringify(made))).toEqual(made);
  },
);

test.each([
  { value: [], says: "x.json: expected keys and values, got []" },
  { value: {}, says: 'x.json: schema: is missing; expected "berth/inventory@1"' },
  {
    value: { ...document(), schema: "berth/plan@1" },
    says: 'x.json: schema: expected "berth/inventory@1", got "berth/plan@1"',
  },
  {
    value: document({ gpus: [{ ...gpu, memoryTotalMiB: "24 GB" }] }),
    says: 'x.json: hosts[0].gpus[0].memoryTotalMiB: expected a number, got "24 GB"',
  },
  {
    value: document({ gpus: [{ ...gpu, index: -1 }] }),
    says: "x.json: hosts[0].gpus[0].index: expected at least 0, got -1",
  },
  {
    value: document({ links: undefined }),
    says: "x.json: hosts[0].links: is missing; expected a list",
  },
])("$value is refused", ({ value, says }) => {
  expect(() => readInventoryDocument("x.json", JSON.stringify(value))).toThrow(says);
});

test("what is no JSON is refused with its place", () => {
  expect(() => readInventoryDocument("x.json", "{")).toThrow(/^x\.json: /);
});
