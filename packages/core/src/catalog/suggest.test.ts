import { expect, test } from "vitest";
import { modelIds } from "./catalog.ts";
import { suggest } from "./suggest.ts";

test.each([
  { id: "meta-llama/Llama-3.1-8b-instuct", first: "meta-llama/Llama-3.1-8B" },
  { id: "Qwen3-8B", first: "Qwen/Qwen3-8B" },
  { id: "qwen/qwen2.5-7b-instruct", first: "Qwen/Qwen2.5-7B-Instruct" },
  { id: "mistralai/Mixtral-8x7B", first: "mistralai/Mixtral-8x7B-v0.1" },
])("$id may mean $first", ({ id, first }) => {
  expect(suggest(id, modelIds())[0]).toBe(first);
});

test.each(["rtx4090", "RTX_4090", "rtx-409"])("%s may mean rtx-4090", (id) => {
  expect(suggest(id, ["rtx-3090", "rtx-4090", "h100-sxm-80gb"])[0]).toBe("rtx-4090");
});

test("what is like nothing suggests nothing", () => {
  expect(suggest("something else", ["rtx-3090", "rtx-4090"])).toEqual([]);
  expect(suggest("", ["rtx-3090"])).toEqual([]);
});

test("no more than asked for, and a very long id takes no time", () => {
  expect(suggest("rtx-3090", ["rtx-3090", "rtx-3080", "rtx-3070"], 2)).toHaveLength(2);
  expect(suggest("x".repeat(1_000_000), modelIds())).toEqual([]);
});
