import { expect, test } from "vitest";
import { tinyLlama } from "../../../../test/fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../../../../test/fixtures/gguf/write-gguf.ts";
import { importPreset } from "../catalog/catalog.ts";
import type { ModelSpec } from "../model/model.ts";
import { bytesSource } from "./byte-source.ts";
import type { ModelTree } from "./model-tree.ts";
import { readDraftAt } from "./read-draft.ts";

const TARGET = importPreset("meta-llama/Llama-3.1-8B") as ModelSpec;

const MEDUSA = new TextEncoder().encode(JSON.stringify({ medusa_num_heads: 2 }));
const FILES: Readonly<Record<string, Uint8Array>> = {
  "drafts/m/config.json": MEDUSA,
  "drafts/m/medusa.safetensors": new Uint8Array(),
  "drafts/own.json": MEDUSA,
  "config.json": MEDUSA,
  "small.gguf": ggufFile(tinyLlama()),
};

const TREE: ModelTree = {
  kind: (path) => {
    const isFolder = Object.keys(FILES).some((name) => name.startsWith(`${path}/`));
    const folder = isFolder ? "folder" : undefined;
    return Promise.resolve(path in FILES ? "file" : folder);
  },
  names: () => Promise.resolve([]),
  text: (path) => Promise.resolve(FILES[path] && new TextDecoder().decode(FILES[path])),
  read: async (path, _, use) => FILES[path] && use(bytesSource(FILES[path])),
  size: (path) => Promise.resolve(FILES[path]?.length),
};

// an engine is told a folder, or a GGUF file
test.each([
  ["drafts/m", "drafts/m", "medusa"],
  ["drafts/m/config.json", "drafts/m", "medusa"],
  ["drafts/m/medusa.safetensors", "drafts/m", "medusa"],
  ["drafts/own.json", "drafts", "medusa"],
  ["config.json", ".", "medusa"],
  ["small.gguf", "small.gguf", "model"],
])("%s is a draft at %s: %s", async (draft, source, method) => {
  expect((await readDraftAt(TREE, draft, TARGET))?.draft).toEqual({ source, method });
});

test("where nothing is, there is no draft", async () => {
  expect(await readDraftAt(TREE, "drafts/none", TARGET)).toBeUndefined();
});
