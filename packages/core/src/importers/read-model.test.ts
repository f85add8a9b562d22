import { describe, expect, test } from "vitest";
import { tinyLlama } from "../../../../test/fixtures/gguf/tiny-llama.ts";
import { ggufFile } from "../../../../test/fixtures/gguf/write-gguf.ts";
import { safetensorsFile } from "../../../../test/fixtures/safetensors/write-safetensors.ts";
import { CHECKPOINT, ENGINE } from "../../../../test/fixtures/trtllm/configs.ts";
import { bytesSource } from "./byte-source.ts";
import { readGguf } from "./gguf-reader.ts";
import { HEADER_ENDING, headerText, parseHeader } from "./header-document.ts";
import type { ModelTree } from "./model-tree.ts";
import { readModelAt } from "./read-model.ts";
import { readSafetensors } from "./safetensors.ts";

type Files = Readonly<Record<string, Uint8Array>>;

const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

function treeOf(files: Files): ModelTree {
  const kind = (path: string) => {
    const isFolder = Object.keys(files).some((name) => name.startsWith(`${path}/`));
    const folder = isFolder ? "folder" : undefined;
    return Promise.resolve(path in files ? "file" : folder);
  };
  return {
    kind: kind as ModelTree["kind"],
    names: (folder) =>
      Promise.resolve(
        Object.keys(files)
          .filter((name) => name.startsWith(`${folder}/`))
          .map((name) => name.slice(folder.length + 1)),
      ),
    text: (path) => Promise.resolve(files[path] && new TextDecoder().decode(files[path])),
    read: async (path, _, use) => files[path] && use(bytesSource(files[path])),
    size: (path) => Promise.resolve(files[path]?.length),
  };
}

/** The same files, but for those with weights, of which only their headers are left. */
async function headersOf(files: Files): Promise<Files> {
  const left = await Promise.all(
    Object.entries(files).map(async ([name, bytes]) => {
      const header = await headerOf(name, bytes);
      return header === undefined
        ? [name, bytes]
        : [name + HEADER_ENDING, new TextEncoder().encode(header)];
    }),
  );
  return Object.fromEntries(left) as Files;
}

async function headerOf(name: string, bytes: Uint8Array): Promise<string | undefined> {
  if (name.endsWith(".gguf")) {
    return headerText({ form: "gguf", header: await readGguf(name, bytesSource(bytes)) });
  }
  if (name.endsWith(".safetensors")) {
    return headerText({
      form: "safetensors",
      tensors: await readSafetensors(name, bytesSource(bytes)),
    });
  }
  return name.endsWith(".engine") ? headerText({ form: "engine", bytes: bytes.length }) : undefined;
}

const CONFIG = {
  model_type: "llama",
  hidden_size: 64,
  num_hidden_layers: 1,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 128,
  vocab_size: 96,
  max_position_embeddings: 4096,
  torch_dtype: "bfloat16",
};
// 96 · 64 · 2 = 12288 B
const FIRST = [["model.embed_tokens.weight", "BF16", [96, 64], 12_288]] as const;
const SECOND = [["lm_head.weight", "BF16", [96, 64], 12_288]] as const;
const INDEX = {
  metadata: { total_size: 24_576 },
  weight_map: {
    "model.embed_tokens.weight": "model-00001-of-00002.safetensors",
    "lm_head.weight": "model-00002-of-00002.safetensors",
  },
};
const parts = tinyLlama();

const MODELS: readonly { readonly model: string; readonly files: Files }[] = [
  { model: "m.gguf", files: { "m.gguf": ggufFile(parts) } },
  {
    model: "split",
    files: {
      "split/m-00001-of-00002.gguf": ggufFile({ ...parts, tensors: parts.tensors.slice(0, 7) }),
      "split/m-00002-of-00002.gguf": ggufFile({ metadata: {}, tensors: parts.tensors.slice(7) }),
    },
  },
  {
    model: "sharded",
    files: {
      "sharded/config.json": text(CONFIG),
      "sharded/model.safetensors.index.json": text(INDEX),
      "sharded/model-00001-of-00002.safetensors": safetensorsFile(FIRST),
      "sharded/model-00002-of-00002.safetensors": safetensorsFile(SECOND),
    },
  },
  {
    model: "one/model.safetensors",
    files: { "one/config.json": text(CONFIG), "one/model.safetensors": safetensorsFile(FIRST) },
  },
  {
    model: "engine",
    files: {
      "engine/config.json": text(ENGINE),
      "engine/rank0.engine": new Uint8Array(1000),
      "engine/rank1.engine": new Uint8Array(1001),
    },
  },
  {
    model: "checkpoint",
    files: {
      "checkpoint/config.json": text(CHECKPOINT),
      "checkpoint/rank0.safetensors": safetensorsFile(FIRST),
      "checkpoint/rank1.safetensors": safetensorsFile(SECOND),
    },
  },
];

describe("headers stand for files that are not there", () => {
  test.each(MODELS)("$model is the same model", async ({ model, files }) => {
    const whole = await readModelAt(treeOf(files), model);
    expect(whole).toBeDefined();
    expect(await readModelAt(treeOf(await headersOf(files)), model)).toEqual(whole);
  });

  test("vocabularies and templates stay behind: no plan needs them", async () => {
    const { metadata } = parts;
    const bytes = ggufFile({
      ...parts,
      metadata: { ...metadata, "tokenizer.chat_template": { text: "secret" } },
    });
    const header = (await headerOf("m.gguf", bytes)) ?? "";
    expect(header).toContain('"tokenizer.ggml.tokens":{"length":96}');
    expect(header).not.toMatch(/secret|"t95"/);
  });
});

const ROW = ["a", "BF16", [1], 2];
const gguf = (metadata: unknown) => ({
  schema: "berth/header@1",
  form: "gguf",
  metadata,
  tensors: [ROW],
});
const tensors = (rows: unknown) => ({
  schema: "berth/header@1",
  form: "safetensors",
  tensors: rows,
});

test.each([
  [[], "expected an object"],
  [{}, "schema: expected berth/header@1, got undefined"],
  [{ schema: "berth/header@2" }, 'schema: expected berth/header@1, got "berth/header@2"'],
  [{ schema: "berth/header@1", form: "pt" }, "form: expected gguf, safetensors or engine"],
  [{ schema: "berth/header@1", form: "engine", bytes: -1 }, "bytes: expected a number of bytes"],
  [tensors("many"), "tensors: expected a list of at most 1000000 tensors"],
  [tensors([ROW, null]), "tensors[1]: expected a name, a type, a shape and bytes, got null"],
  [tensors([["a", "BF16", [1.5], 2]]), "tensors[0]: expected a name"],
  [tensors([["a", "BF16", [1], 1e300]]), "tensors[0]: expected a name"],
  [gguf({ a: { b: 1 } }), "metadata: a: expected a value, a list or a length of one"],
  [gguf({ a: [[1]] }), "metadata: a: expected a value, a list or a length of one"],
])("%j: one sentence", (value, says) => {
  expect(() => parseHeader("m.header.json", JSON.stringify(value))).toThrow(says);
});

test("a header of another form than its name says is refused", async () => {
  const tree = treeOf({ "m.gguf.header.json": text(tensors([ROW])) });
  await expect(readModelAt(tree, "m.gguf")).rejects.toThrow(
    "m.gguf.header.json: form: expected gguf, got safetensors",
  );
});
