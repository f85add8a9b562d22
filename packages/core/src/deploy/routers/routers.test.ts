import { describe, expect, test } from "vitest";
import { fourOnOne, makePlan, twelveCards } from "../../../../../test/fixtures/deploy-plans.ts";
import { endpointOf, type Served } from "../../../../../test/support/routed.ts";
import { endpointsOf } from "../endpoints-of.ts";
import { conflicts, togetherSets } from "./llama-swap/together.ts";
import { isRouterId, listRouters } from "./registry.ts";
import { renderRouter } from "./render-router.ts";
import { routeOf } from "./route.ts";
import type { RouterChoice } from "./router-choice.ts";
import { serverWeights } from "./weights.ts";

const plan = twelveCards("tensorrt-llm");

const served = (...models: readonly Served[]): ReturnType<typeof endpointOf>[] =>
  models.map(endpointOf);

const codes = (
  endpoints: readonly ReturnType<typeof endpointOf>[],
  choice: RouterChoice,
): unknown => {
  const result = renderRouter(plan, endpoints, choice);
  return result.ok ? "written" : result.refusals.map(({ reason }) => reason.code);
};

test("routers are listed with one sentence each", () => {
  expect(listRouters().map(({ id }) => id)).toEqual([
    "litellm",
    "haproxy",
    "nginx",
    "llama-swap",
    "envoy-ai-gateway",
  ]);
  expect(listRouters().every(({ description }) => description.length > 20)).toBe(true);
  expect(isRouterId("toString")).toBe(false);
});

test.each([
  { kvTokens: [65_536], weights: [1] },
  { kvTokens: [65_536, 65_536], weights: [1, 1] },
  { kvTokens: [98_304, 32_768], weights: [3, 1] }, // 3 · 32,768 : 1 · 32,768
  { kvTokens: [100_000, 66_667, 1], weights: [100, 67, 1] }, // no whole ratio up to 100: hundredths of the largest
  { kvTokens: [0, 0], weights: [1, 1] },
])("KV tokens $kvTokens give the weights $weights", ({ kvTokens, weights }) => {
  const servers = kvTokens.map((tokens, at) => ({
    model: "m",
    server: { port: 8000 + at },
    kvTokens: tokens,
  }));
  expect(serverWeights(served(...servers))).toEqual(weights);
});

test.each([
  { rates: [4, 2], weights: [2, 1] },
  { rates: [3, 2.01, 1e-9], weights: [100, 67, 1] },
  { rates: [0, 0], weights: [3, 1] }, // nothing is served: what they hold tells them apart
  { rates: [4, undefined], weights: [3, 1] },
])("requests a second $rates give the weights $weights", ({ rates, weights }) => {
  const servers = rates.map((most, at) => ({
    model: "m",
    server: { port: 8000 + at },
    kvTokens: [98_304, 32_768][at] ?? 1,
    ...(most === undefined
      ? {}
      : { serves: { mostRequestsPerSecond: most, withinTargetsPerSecond: 0 } }),
  }));
  expect(serverWeights(served(...servers))).toEqual(weights);
});

const one = { model: "m", server: { port: 8000 } };
const strict = { ...one, takesAnyName: false };

test.each([
  { what: "no servers", endpoints: [], codes: ["no-endpoints"] },
  { what: "an empty name", endpoints: served({ ...one, model: "" }), codes: ["name-not-routed"] },
  {
    what: "one port for two",
    endpoints: served(one, { ...one, model: "n" }),
    codes: ["port-twice"],
  },
  {
    what: "Triton's LLM-API",
    endpoints: served({ ...one, api: "triton-llmapi" }),
    codes: ["not-openai"],
  },
])("$what can't be routed by any", ({ endpoints, codes: expected }) => {
  for (const { id } of listRouters()) {
    expect(codes(endpoints, { id })).toEqual(expected);
  }
});

test.each([
  { aliases: [{ name: "n", model: "other" }], expected: ["alias-without-model"] },
  { aliases: [{ name: "m", model: "m" }], expected: ["alias-taken"] },
  {
    aliases: [
      { name: "n", model: "m" },
      { name: "n", model: "m" },
    ],
    expected: ["alias-taken"],
  },
])("aliases $aliases: $expected", ({ aliases, expected }) => {
  expect(codes(served(one), { id: "haproxy", aliases })).toEqual(expected);
});

test("a router that forwards bodies as they are refuses other names for a server that knows its own only", () => {
  const aliases = [{ name: "gpt-4o", model: "m" }];
  expect(codes(served(strict), { id: "haproxy" })).toBe("written");
  expect(codes(served(strict), { id: "haproxy", aliases })).toEqual(["alias-not-rewritten"]);
  for (const id of ["litellm", "nginx", "llama-swap", "envoy-ai-gateway"] as const) {
    expect(codes(served(strict), { id, aliases })).toBe("written");
  }
});

test("Triton's ensembles are for LiteLLM, which translates", () => {
  const endpoints = endpointsOf(twelveCards("tensorrt-llm-engine"), "triton-engine");
  expect(codes(endpoints, { id: "litellm" })).toBe("written");
  const result = renderRouter(plan, endpoints, { id: "haproxy" });
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual([
    '"llama-3b", "qwen-7b", "mistral-7b": Triton takes generate requests of its own, and haproxy sends OpenAI\'s; ' +
      "the router litellm translates them, and models planned for tensorrt-llm take OpenAI's with the target trtllm-serve",
  ]);
});

describe("two hosts", () => {
  const two = served(
    { ...one, host: "box1" },
    { ...one, host: "big box" },
    { ...one, model: "n", host: "big-box" },
  );

  test("each has a variable of its own, with its name as the default where that can be a host's", () => {
    expect(routeOf(plan, two, []).hosts).toEqual([
      { name: "box1", variable: "BERTH_ADDRESS_BOX1", address: "box1" },
      { name: "big box", variable: "BERTH_ADDRESS_BIG_BOX", address: undefined },
      { name: "big-box", variable: "BERTH_ADDRESS_BIG_BOX_2", address: "big-box" },
    ]);
  });

  test("one host needs none", () => {
    expect(routeOf(plan, served(one, { ...one, model: "n" }), []).hosts).toEqual([]);
  });

  test("llama-swap refuses them", () => {
    expect(codes(two, { id: "llama-swap" })).toEqual(["several-hosts", "several-servers"]);
  });
});

describe("llama-swap's matrix", () => {
  const sets = (of: ReturnType<typeof makePlan>): string =>
    togetherSets(routeOf(of, endpointsOf(of, "trtllm-serve"), []));
  const model = (name: string, ...gpus: readonly string[]) => ({
    model: name,
    gpus,
    ...(gpus.length > 1 ? { tp: gpus.length } : {}),
    weightsGib: 1,
    kvTokens: 8192,
    kvBytesPerToken: 1024,
  });
  const cards = Array<string>(4).fill("rtx-4090");

  test("models that share no card are together, and nothing excludes another", () => {
    const apart = makePlan({
      engine: "tensorrt-llm",
      hosts: [{ name: "a", cards }],
      models: [model("x", "a:0"), model("y", "a:1")],
    });
    expect(conflicts(routeOf(apart, endpointsOf(apart, "trtllm-serve"), []))).toEqual([]);
    expect(sets(apart)).toBe("m1 & m2");
  });

  test("four on one card take turns", () => {
    expect(sets(fourOnOne("tensorrt-llm"))).toBe("(m1 | m2 | m3 | m4)");
  });

  test("two small ones run together where a large one has both cards, beside what shares nothing", () => {
    const mixed = makePlan({
      engine: "tensorrt-llm",
      hosts: [{ name: "a", cards }],
      models: [
        model("large", "a:0", "a:1"),
        model("x", "a:0"),
        model("y", "a:1"),
        model("z", "a:2"),
      ],
    });
    expect(sets(mixed)).toBe("(m1 | (m2 & m3)) & m4");
  });
});
