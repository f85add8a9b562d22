import { expect, test } from "vitest";
import { inventoryFromNvidiaSmi } from "../inventory/from-nvidia-smi.ts";
import { inventoryFromTexts } from "./inventory-from-texts.ts";

const LIST = `GPU 0: NVIDIA GeForce RTX 4090 (UUID: GPU-${"1".repeat(8)}-1111-1111-1111-${"1".repeat(12)})\n`;
const printed = (name: string) => ({ name: `${name}.txt`, text: LIST });
const document = (...hosts: string[]) => ({
  name: "kept.json",
  text: JSON.stringify({
    ...inventoryFromNvidiaSmi([printed("x")]),
    hosts: hosts.map((name) => ({ name, gpus: [{ index: 0, catalogId: "rtx-3090" }], links: [] })),
    warnings: [`from ${hosts.join()}`],
  }),
});

test("documents and texts side by side, hosts in the order of the sources", () => {
  const { hosts, warnings } = inventoryFromTexts([printed("a"), document("b", "c"), printed("d")]);
  expect(hosts.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
  expect(hosts[1]?.gpus).toEqual([{ index: 0, catalogId: "rtx-3090" }]);
  expect(warnings).toContain("from b,c");
});

test("texts alone are what nvidia-smi printed", () => {
  const sources = [printed("a"), printed("a")];
  expect(inventoryFromTexts(sources)).toEqual(inventoryFromNvidiaSmi(sources));
});

test.each([
  {
    why: "a host that comes twice",
    sources: [printed("a"), document("a")],
    says: /^kept\.json: expected hosts with names of their own, got "a" a second time/,
  },
  {
    why: "JSON of another kind",
    sources: [{ name: "x.json", text: '{"schema":"berth/plan@1"}' }],
    says: /^x\.json: .*schema/,
  },
  {
    why: "a topology beside a document",
    sources: [{ ...document("a"), topology: { name: "topo.txt", text: "" } }],
    says: /^topo\.txt: expected no topology beside kept\.json/,
  },
])("$why is refused", ({ sources, says }) => {
  expect(() => inventoryFromTexts(sources)).toThrow(says);
});
