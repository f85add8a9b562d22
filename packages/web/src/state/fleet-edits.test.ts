import { parseFleetFile } from "@berth/core";
import { describe, expect, test } from "vitest";
import {
  addCards,
  addHost,
  addModel,
  changeFleet,
  changeHost,
  changeModel,
  changePolicy,
  removeHost,
  removeModel,
  setCards,
  setInventory,
} from "./fleet-edits.ts";
import { EMPTY_WORKSPACE } from "./workspace.ts";

const WRITTEN = `# our box
hosts:
  - name: box # under the desk
    gpus:
      - { gpu: rtx-3090, count: 2 }
models:
  - name: chat # for everybody
    model: "Qwen/Qwen2-7B"
    notWith: [code]
  - { name: code, model: Qwen/Qwen2.5-0.5B, notWith: [chat, other] }
  - { name: other, model: Qwen/Qwen2.5-0.5B }
`;

const read = (text: string) => parseFleetFile("fleet.yaml", text);

describe("an empty fleet", () => {
  test("takes a host and a model, and can be read", () => {
    const one = addHost(EMPTY_WORKSPACE.fleet, { name: "box", gpu: "rtx-3090", count: 8 });
    expect(read(addModel(one, "Qwen/Qwen2-7B"))).toEqual({
      hosts: [{ name: "box", gpus: [{ gpu: "rtx-3090", count: 8 }] }],
      models: [{ name: "qwen2-7b", model: "Qwen/Qwen2-7B" }],
    });
  });

  test.each(["", "# nothing yet\n"])("a text without keys too: %j", (text) => {
    expect(read(addModel(text, "a/b")).models).toEqual([{ name: "b", model: "a/b" }]);
  });
});

describe("what a person wrote stays", () => {
  test.each([
    ["another context", changeModel(WRITTEN, "chat", { maxSeqLen: "32k" })],
    ["one model more", addModel(WRITTEN, "meta-llama/Llama-3.1-8B")],
    ["one host more", addHost(WRITTEN, { name: "second", gpu: "rtx-4090", count: 1 })],
    ["one model less", removeModel(WRITTEN, "other")],
  ])("comments, order and quotes after %s", (_, text) => {
    for (const kept of ["# our box", "# under the desk", "# for everybody", '"Qwen/Qwen2-7B"']) {
      expect(text).toContain(kept);
    }
  });

  test("a text that is no YAML is not touched", () => {
    expect(addModel("models: [", "a/b")).toBe("models: [");
  });
});

describe("names", () => {
  test("two hosts or models of one name get names of their own", () => {
    const twice = addModel(addModel("models: []", "a/b"), "a/b");
    expect(read(twice).models.map(({ name }) => name)).toEqual(["b", "b-2"]);
    const host = { name: "box", gpu: "rtx-3090", count: 1 };
    const hosts = read(addHost(addHost("models: []", host), host)).hosts ?? [];
    expect(hosts.map(({ name }) => name)).toEqual(["box", "box-2"]);
  });

  test("who leaves is forgotten by those who were kept apart from it", () => {
    const { models } = read(removeModel(WRITTEN, "chat"));
    expect(models.map(({ name }) => name)).toEqual(["code", "other"]);
    expect(models[0]?.notWith).toEqual(["other"]);
    expect(read(removeModel(WRITTEN, "code")).models[0]).not.toHaveProperty("notWith");
  });
});

describe("keys", () => {
  test("undefined takes a key away", () => {
    const changed = changeModel(WRITTEN, "chat", { notWith: undefined, replicas: 2 });
    expect(read(changed).models[0]).toEqual({ name: "chat", model: "Qwen/Qwen2-7B", replicas: 2 });
  });

  test("a policy without keys goes", () => {
    const set = changePolicy(WRITTEN, { reserve: "1 GiB" });
    expect(read(set).policy).toEqual({ reserve: "1 GiB" });
    expect(read(changePolicy(set, { reserve: undefined }))).not.toHaveProperty("policy");
  });

  test("cards of a host: more of a kind, another kind, none", () => {
    const more = setCards(WRITTEN, { host: "box", place: 0 }, { count: 4 });
    const two = addCards(more, "box", "rtx-4090", 1);
    expect(read(two).hosts?.[0]?.gpus).toEqual([
      { gpu: "rtx-3090", count: 4 },
      { gpu: "rtx-4090", count: 1 },
    ]);
    const one = setCards(two, { host: "box", place: 0 }, { count: 0 });
    expect(read(one).hosts?.[0]?.gpus).toEqual([{ gpu: "rtx-4090", count: 1 }]);
  });

  test("hosts and inventories come and go", () => {
    expect(read(removeHost(WRITTEN, "box"))).not.toHaveProperty("hosts");
    const two = setInventory(WRITTEN, ["a.txt", "b.txt"]);
    expect(read(two).inventory).toEqual(["a.txt", "b.txt"]);
    expect(read(setInventory(two, ["a.txt"])).inventory).toBe("a.txt");
    expect(read(setInventory(two, []))).not.toHaveProperty("inventory");
    expect(read(changeFleet(WRITTEN, { engine: "vllm" })).engine).toBe("vllm");
    expect(read(changeHost(WRITTEN, "new", { reserve: "1 GiB" })).hosts?.[1]).toEqual({
      name: "new",
      reserve: "1 GiB",
    });
  });
});
