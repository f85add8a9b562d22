import { describe, expect, test } from "vitest";
import { parseFleet } from "../parse-fleet.ts";
import { EMPTY_WORKSPACE, type Workspace } from "../workspace.ts";
import type { BroughtFile } from "./read-brought.ts";
import { withBrought } from "./with-brought.ts";

const smi = (path: string, text = "GPU 0: x"): BroughtFile => ({ kind: "inventory", path, text });
const config = (path = "config.json", own: object = {}): BroughtFile => ({
  kind: "config",
  path,
  text: JSON.stringify({ model_type: "llama", ...own }),
});
const header = (path: string): BroughtFile => ({ kind: "header", path, text: "{}" });
const index = (path: string, shard: string): BroughtFile => ({
  kind: "beside",
  path,
  text: JSON.stringify({ weight_map: { a: shard } }),
});

const start = (fleet: string, files: Workspace["files"] = []): Workspace => ({ fleet, files });
const brought = (workspace: Workspace, ...files: readonly BroughtFile[]) => {
  const { workspace: made, problems } = withBrought(workspace, files, () => false);
  const { fleet } = parseFleet(made.fleet);
  return {
    workspace: made,
    problems,
    fleet,
    models: fleet.models.map(({ name, model }) => `${name}: ${model}`),
    names: made.files.map(({ name }) => name),
  };
};

describe("outputs of nvidia-smi", () => {
  test("are one host each; the same name is the same file again", () => {
    const { fleet, names } = brought(EMPTY_WORKSPACE, smi("a.txt"), smi("b.txt"), smi("a.txt"));
    expect(fleet.inventory).toEqual(["a.txt", "b.txt"]);
    expect(names.toSorted()).toEqual(["a.txt", "b.txt"]);
  });

  test("one that the fleet names already is what it meant", () => {
    const workspace = start("inventory: inventory/box.xml\nmodels: []\n");
    const made = brought(workspace, smi("box.xml"));
    expect(made.workspace.fleet).toBe(workspace.fleet);
    expect(made.names).toEqual(["inventory/box.xml"]);
  });

  test("links are those of the only host, in whichever order they come", () => {
    const links = smi("topo.txt", "\tGPU0\tGPU1\nGPU0\t X \tNV12\n");
    const { fleet } = brought(EMPTY_WORKSPACE, links, smi("box.txt"));
    expect(fleet).toMatchObject({ inventory: "box.txt", topology: "topo.txt" });
  });
});

describe("traces of requests", () => {
  const trace = (path: string): BroughtFile => ({ kind: "trace", path, text: "0,1,2" });
  const asked = start(
    "models: [{ name: a, model: m, workload: { trace: load/may.csv } }, { name: b, model: m }]\n",
  );

  test("one that a workload names is what it meant", () => {
    const made = brought(asked, trace("may.csv"));
    expect(made.names).toEqual(["load/may.csv"]);
    expect(made.workspace.fleet).toBe(asked.fleet);
  });

  test("of another, a person has to say whose it is", () => {
    const made = brought(asked, trace("june.csv"));
    expect(made.names).toEqual([]);
    expect(made.problems).toEqual([
      expect.stringMatching(/^june\.csv: a trace of requests, and no/),
    ]);
  });

  test("the only model takes it in place of rates and lengths", () => {
    const one = start(
      "models: [{ name: a, model: m, workload: { rate: 1, prompt: 5, output: 5, targets: [{ metric: ttft, most: 1 s }] } }]\n",
    );
    const made = brought(one, trace("june.csv"));
    expect(made.names).toEqual(["june.csv"]);
    expect(made.fleet.models[0]?.workload).toEqual({
      trace: "june.csv",
      targets: [{ metric: "ttft", most: "1 s" }],
    });
  });
});

test("a fleet file comes first: the others are what it names", () => {
  const fleet = { kind: "fleet", path: "f.yaml", text: "models: [{ name: a, model: own }]\n" };
  const made = brought(EMPTY_WORKSPACE, config(), fleet as BroughtFile);
  expect(made.models).toEqual(["a: own"]);
  expect(made.names).toEqual(["own/config.json"]);
});

describe("a GGUF file", () => {
  test("is a model by itself, under its own name", () => {
    const made = brought(EMPTY_WORKSPACE, header("Llama-8B-Q4.gguf"), header("other.gguf"));
    expect(made.models).toEqual(["llama-8b-q4: Llama-8B-Q4.gguf", "other: other.gguf"]);
    expect(made.fleet.models.map(({ engine }) => engine)).toEqual(["llama.cpp", "llama.cpp"]);
    expect(made.names).toEqual(["Llama-8B-Q4.gguf.header.json", "other.gguf.header.json"]);
  });

  test("in parts is one model, whichever part comes first", () => {
    const made = brought(
      EMPTY_WORKSPACE,
      header("m-00002-of-00002.gguf"),
      header("m-00001-of-00002.gguf"),
    );
    expect(made.models).toEqual(["m: m-00001-of-00002.gguf"]);
    expect(made.names).toHaveLength(2);
  });

  test("that the fleet names already is what it meant", () => {
    const workspace = start("models: [{ name: a, model: models/m.gguf }]\n");
    const made = brought(workspace, header("m.gguf"));
    expect(made.workspace.fleet).toBe(workspace.fleet);
    expect(made.names).toEqual(["models/m.gguf.header.json"]);
  });
});

describe("a model in a folder", () => {
  test("files that come together are one model, called as its config calls it", () => {
    const made = brought(
      EMPTY_WORKSPACE,
      header("model-00001-of-00002.safetensors"),
      config("config.json", { _name_or_path: "org/My Model" }),
      index("model.safetensors.index.json", "model-00001-of-00002.safetensors"),
    );
    expect(made.models).toEqual(["my-model: My-Model"]);
    expect(made.names.toSorted()).toEqual([
      "My-Model/config.json",
      "My-Model/model-00001-of-00002.safetensors.header.json",
      "My-Model/model.safetensors.index.json",
    ]);
  });

  test("dropped folders are one model each, called as they are", () => {
    const made = brought(EMPTY_WORKSPACE, config("a/config.json"), config("b/config.json"));
    expect(made.models).toEqual(["a: a", "b: b"]);
    expect(made.names).toEqual(["a/config.json", "b/config.json"]);
  });

  test("a second one of the same kind stays apart", () => {
    const one = brought(EMPTY_WORKSPACE, config());
    const two = brought(one.workspace, config());
    expect(two.models).toEqual(["llama: llama", "llama-2: llama-2"]);
  });

  test.each(["org/name", "own/config.json", "./own"])(
    "a config is that of the model that waits for it: %s",
    (model) => {
      const workspace = start(`models: [{ name: own, model: ${model} }]\n`);
      const made = brought(workspace, config());
      expect(made.workspace.fleet).toBe(workspace.fleet);
      expect(made.names).toEqual([
        model === "org/name" ? "org/name/config.json" : "own/config.json",
      ]);
    },
  );

  test("of two that wait, it is the one that it names", () => {
    const workspace = start("models: [{ name: a, model: o/a }, { name: b, model: o/b }]\n");
    const made = brought(workspace, config("config.json", { _name_or_path: "o/b" }));
    expect(made.names).toEqual(["o/b/config.json"]);
    expect(brought(workspace, config()).models).toHaveLength(3);
  });

  test("shards that come later go where an index names them", () => {
    const one = brought(
      EMPTY_WORKSPACE,
      config("a/config.json"),
      config("b/config.json"),
      index("b/model.safetensors.index.json", "model-00001-of-00001.safetensors"),
    );
    const two = brought(one.workspace, header("model-00001-of-00001.safetensors"));
    expect(two.names).toContain("b/model-00001-of-00001.safetensors.header.json");
    expect(two.problems).toEqual([]);
  });

  test("without a config they are none, and say what they lack", () => {
    const made = brought(EMPTY_WORKSPACE, header("a.safetensors"), header("b.safetensors"));
    expect(made.workspace).toEqual(EMPTY_WORKSPACE);
    expect(made.problems).toEqual([
      "a.safetensors and 1 more: holds no model by itself; expected the model's config.json with it",
    ]);
  });

  test("a config of another name is a file by itself", () => {
    const made = brought(EMPTY_WORKSPACE, config("llama-70b.json"));
    expect(made.models).toEqual(["llama-70b: llama-70b.json"]);
    expect(made.names).toEqual(["llama-70b.json"]);
  });
});

test("a draft that the fleet names is where its files go", () => {
  const workspace = start(
    "models: [{ name: a, model: Qwen/Qwen3-8B, draft: ./drafts/eagle/config.json }]\n",
    [],
  );
  const { workspace: made, problems } = withBrought(
    workspace,
    [config("eagle/config.json")],
    (id) => id === "Qwen/Qwen3-8B",
  );
  expect(problems).toEqual([]);
  expect(made.fleet).toBe(workspace.fleet);
  expect(made.files.map(({ name }) => name)).toEqual(["drafts/eagle/config.json"]);
});
