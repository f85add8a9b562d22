import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CHECKPOINT, ENGINE } from "../../../../../test/fixtures/trtllm/configs.ts";
import type { WorkspaceFile } from "../workspace.ts";
import { kindOf } from "./kind-of.ts";

const ROOT = join(import.meta.dirname, "../../../../..");

/** What says nothing of a host's cards: a list of processes, profiles that a card could have, prose. */
const NO_HOST = /\.md$|\.apps\.csv$|mig-profiles/;

/** The example fleets of the repository. */
const EXAMPLES: readonly WorkspaceFile[] = readdirSync(join(ROOT, "examples"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(join(ROOT, "examples", name), "utf8") }));

const CAPTURES: readonly WorkspaceFile[] = readdirSync(join(ROOT, "test/fixtures/nvidia-smi"), {
  withFileTypes: true,
  recursive: true,
})
  .filter((entry) => entry.isFile() && !NO_HOST.test(entry.name))
  .map((entry) => ({
    name: entry.name,
    text: readFileSync(join(entry.parentPath, entry.name), "utf8"),
  }));

describe("what a text is", () => {
  test("every capture of nvidia-smi", () => {
    const kinds = CAPTURES.map((file) => [file.name, kindOf(file)]);
    expect(kinds.length).toBeGreaterThan(3);
    expect(kinds.filter(([, kind]) => kind !== "inventory")).toEqual([]);
  });

  test.each(EXAMPLES)("the example fleet $name", (file) => {
    expect(kindOf(file)).toBe("fleet");
  });

  test.each([
    ["a config", "x", { model_type: "llama" }, "config"],
    ["a config of a quantised model", "x", { model_type: "a", quantization: {} }, "config"],
    ["a checkpoint of TensorRT-LLM", "config.json", CHECKPOINT, "config"],
    ["an engine of TensorRT-LLM", "config.json", ENGINE, "config"],
    ["what ModelOpt writes", "x", { producer: { name: "modelopt" }, quantization: {} }, "beside"],
    ["an index of shards", "x", { metadata: {}, weight_map: {} }, "beside"],
    ["a plan", "x", { schema: "berth/plan@1", models: [] }, "plan"],
    ["a plan of later", "x", { schema: "berth/plan@9" }, "plan"],
    ["a header", "m.gguf.header.json", { schema: "berth/header@1" }, "header"],
    ["a fleet in JSON", "x", { hosts: [], models: [] }, "fleet"],
    ["JSON of something else", "x.json", { a: 1 }, undefined],
  ] as const)("%s", (_, name, value, kind) => {
    expect(kindOf({ name, text: JSON.stringify(value) })).toBe(kind);
  });

  test.each([
    ["our own lines", "0.5, 600, 200\n1.5, 300, 100\n"],
    ["our own header", "time,prompt tokens,output tokens\n0,1,2\n"],
    [
      "BurstGPT",
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n",
    ],
    ["Azure", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n"],
    ["Azure without a header", "2023-11-16 18:15:46.6805900,374,44\n"],
  ])("a trace: %s", (_, text) => {
    expect(kindOf({ name: "x.csv", text })).toBe("trace");
  });

  test.each([
    ["a table of something else", "name,age\nbob,3\n"],
    ["prose", "the models: are fine"],
    ["broken JSON", '{"model_type": "llama"'],
    ["nothing", ""],
  ])("%s is none", (_, text) => {
    expect(kindOf({ name: "x.txt", text })).toBeUndefined();
  });
});
