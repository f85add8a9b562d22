import { expect, test } from "vitest";
import {
  fourEngines,
  fourOnOne,
  makePlan,
  twelveCards,
} from "../../../../../test/fixtures/deploy-plans.ts";
import { argumentsOf, type Place } from "./command.ts";
import { isFollower } from "./engine-server.ts";
import { serverHosts } from "./engine-servers.ts";

function placeText(place: Place): string {
  return `<${place.place}>`;
}

test("a server is its command, its cards and its files, with places for what only a packaging knows", () => {
  const plan = twelveCards("tensorrt-llm");
  const server = serverHosts(plan, {})[0]?.servers[0];
  expect(server).toMatchObject({
    file: "llama-3b",
    pathVariable: "MODEL_PATH_LLAMA_3B",
    port: 8000,
    readyPath: "/health",
    image: { name: "nvcr.io/nvidia/tensorrt-llm/release", tag: "1.2.1" },
    model: { source: "meta-llama/Llama-3.2-3B-Instruct", isPath: false },
    spread: { kind: "one-host" },
    files: [{ path: "config/llama-3b.yaml" }],
    startsAfter: [],
  });
  const [node] = server?.nodes ?? [];
  expect(node?.environment.map(({ name, value }) => `${name}=${value}`)).toEqual([
    "CUDA_DEVICE_ORDER=PCI_BUS_ID",
    `CUDA_VISIBLE_DEVICES=${plan.gpus[0]?.uuid},${plan.gpus[3]?.uuid}`,
    "NCCL_P2P_DISABLE=1",
  ]);
  expect(argumentsOf(node?.command ?? [], placeText)).toEqual([
    ...["trtllm-serve", "serve", "--host", "<address>", "--port", "8000"],
    ...["--config", "<file>", "--", "<model>"],
  ]);
});

test("servers that share a card start after each other, those that share none after nobody", () => {
  const after = (plan: ReturnType<typeof fourOnOne>): readonly (readonly string[])[] =>
    serverHosts(plan, {}).flatMap(({ servers }) => servers.map(({ startsAfter }) => startsAfter));
  expect(after(fourOnOne("tensorrt-llm"))).toEqual([
    [],
    ["chat"],
    ["chat", "chat-long"],
    ["chat", "chat-long", "coder"],
  ]);
  expect(after(twelveCards("tensorrt-llm"))).toEqual([[], [], [], []]);
  expect(after(fourEngines())).toEqual([[], [], ["chat"], ["long"]]);
});

test.each([
  { source: "Qwen/Qwen2-7B", isPath: false },
  { source: "gpt2", isPath: false },
  { source: "/srv/models/x", isPath: true },
  { source: "./x", isPath: true },
  { source: "a/b/c", isPath: true },
  { source: "../up", isPath: true },
])("$source is a path: $isPath", ({ source, isPath }) => {
  const plan = fourOnOne("tensorrt-llm");
  const deployments = plan.deployments.map((each) => ({ ...each, source }));
  const [host] = serverHosts({ ...plan, deployments }, {});
  expect(host?.servers[0]?.model.isPath).toBe(isPath);
});

test("a server over two hosts stands on both, listens on the first, and has its cards by host", () => {
  const plan = makePlan({
    engine: "tensorrt-llm",
    hosts: [
      { name: "a", cards: ["rtx-4090", "rtx-4090"] },
      { name: "b", cards: ["rtx-4090", "rtx-4090"] },
    ],
    models: [
      { model: "own", gpus: ["b:0"], weightsGib: 1, kvTokens: 8192, kvBytesPerToken: 1024 },
      {
        model: "wide",
        tp: 2,
        pp: 2,
        gpus: ["a:0", "a:1", "b:0", "b:1"],
        weightsGib: 4,
        kvTokens: 8192,
        kvBytesPerToken: 1024,
      },
    ],
  });
  const [a, b] = serverHosts(plan, {});
  expect(a?.servers.map(({ file, port }) => [file, port])).toEqual([["wide", 8000]]);
  expect(b?.servers.map(({ file }) => file).toSorted()).toEqual(["own", "wide"]);
  const wide = a?.servers[0];
  expect(b?.servers).toContain(wide);
  expect(wide?.nodes.map(({ gpus }) => gpus.map(({ id }) => id))).toEqual([
    ["a:0", "a:1"],
    ["b:0", "b:1"],
  ]);
  expect(wide && [isFollower(wide, "a"), isFollower(wide, "b")]).toEqual([false, true]);
});
