import { expect, test } from "vitest";
import {
  fourOnOne,
  makePlan,
  twelveCards,
  twoHosts,
} from "../../../../../../test/fixtures/deploy-plans.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import type { EngineId } from "../../../engine/engine.ts";
import { renderDeployment } from "../../render.ts";
import { targetOfEngine } from "../../targets/target-id.ts";
import { argumentsOf } from "../command.ts";
import type { EngineServer } from "../engine-server.ts";
import { serverHosts } from "../engine-servers.ts";

function servers(plan: PlanDocument): readonly EngineServer[] {
  return serverHosts(plan, {}).flatMap((host) => host.servers);
}

function changed(plan: PlanDocument, change: Partial<PlanDeployment>): PlanDocument {
  return { ...plan, deployments: plan.deployments.map((each) => ({ ...each, ...change })) };
}

/** The arguments of the first server of a plan, on one of its hosts. */
function args(plan: PlanDocument, node = 0): readonly string[] {
  const command = servers(plan)[0]?.nodes[node]?.command ?? [];
  return argumentsOf(command, (place) =>
    place.place === "leader" ? `<leader>${place.suffix}` : `<${place.place}>`,
  );
}

/** The word behind an option. */
function wordAfter(words: readonly string[], option: string): string | undefined {
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

test("vLLM is told its share of the card, the bytes of its pool, and its limits", () => {
  const plan = twelveCards("vllm");
  const words = args(plan);
  expect(words.slice(0, 3)).toEqual(["vllm", "serve", "<model>"]);
  const { kv } = plan.deployments[0] ?? {};
  expect(wordAfter(words, "--gpu-memory-utilization")).toBe(String(kv?.gpuMemoryUtilization));
  // 262144 tokens of 57344 B
  expect(wordAfter(words, "--kv-cache-memory-bytes")).toBe(String(262144 * 57344));
  expect(words).not.toContain("--num-gpu-blocks-override");
  expect(words).not.toContain("--block-size");
  expect(words).toEqual(expect.arrayContaining(["--disable-custom-all-reduce", "bfloat16"]));
  expect(wordAfter(words, "--max-model-len")).toBe("8192");
  expect(wordAfter(words, "--max-num-seqs")).toBe("32");
  expect(wordAfter(words, "--max-num-batched-tokens")).toBe("4096");
});

test.each([
  { version: "0.10.2", has: "--num-gpu-blocks-override", hasNot: "--kv-cache-memory-bytes" },
  { version: "0.11.0", has: "--kv-cache-memory-bytes", hasNot: "--num-gpu-blocks-override" },
])("vLLM $version fixes its KV cache with $has", ({ version, has, hasNot }) => {
  const words = args(changed(twelveCards("vllm"), { engine: { id: "vllm", version } }));
  expect(words).toContain(has);
  expect(words).not.toContain(hasNot);
});

test("vLLM's stages are said in its environment, even ones too", () => {
  const [server] = servers(changed(twelveCards("vllm"), { tp: 1, pp: 2, stageLayers: [14, 14] }));
  expect(server?.nodes[0].environment).toContainEqual({
    name: "VLLM_PP_LAYER_PARTITION",
    value: "14,14",
  });
});

test("SGLang is told its share before the weights, and the cap on tokens", () => {
  const plan = twelveCards("sglang");
  const words = args(plan);
  expect(words.slice(0, 4)).toEqual([
    ...["python3", "-m", "sglang.launch_server", "--model-path=<model>"],
  ]);
  expect(wordAfter(words, "--mem-fraction-static")).toBe(
    String(plan.deployments[0]?.kv.memFractionStatic),
  );
  expect(wordAfter(words, "--max-total-tokens")).toBe("262144");
  expect(wordAfter(words, "--chunked-prefill-size")).toBe("4096");
  expect(wordAfter(words, "--max-running-requests")).toBe("32");
  expect(words).not.toContain("--page-size");
});

test("llama.cpp is told cells, slots, layers and their split, and to fit nothing by itself", () => {
  const words = args(twelveCards("llama.cpp"));
  const said = ["-ngl", "-ts", "-c", "-np", "-ub", "--fit"].map((flag) => wordAfter(words, flag));
  expect(said).toEqual(["29", "14,15", "262144", "32", "4096", "off"]);
});

test.each([
  { version: "b6327", fit: undefined },
  { version: "b10867", fit: "off" },
])("llama.cpp $version: --fit $fit", ({ version, fit }) => {
  const words = args(changed(twelveCards("llama.cpp"), { engine: { id: "llama.cpp", version } }));
  expect(wordAfter(words, "--fit")).toBe(fit);
});

test.each([
  { kvCacheDtype: "fp16", type: "f16", flash: undefined },
  { kvCacheDtype: "q8_0", type: "q8_0", flash: "on" },
  { kvCacheDtype: "q4_0", type: "q4_0", flash: "on" },
] as const)("llama.cpp with $kvCacheDtype: -fa $flash", ({ kvCacheDtype, type, flash }) => {
  const words = args(changed(twelveCards("llama.cpp"), { kvCacheDtype }));
  expect([wordAfter(words, "-ctk"), wordAfter(words, "-ctv")]).toEqual([type, type]);
  expect(wordAfter(words, "-fa")).toBe(flash);
});

test.each([
  { engine: "vllm", kvCacheDtype: "fp8", flag: "fp8" },
  { engine: "vllm", kvCacheDtype: "bf16", flag: "auto" },
  { engine: "sglang", kvCacheDtype: "fp8", flag: "fp8_e4m3" },
  { engine: "sglang", kvCacheDtype: "fp16", flag: "auto" },
] as const)("$engine with a $kvCacheDtype KV cache: $flag", ({ engine, kvCacheDtype, flag }) => {
  const plan = changed(twelveCards(engine), { kvCacheDtype });
  expect(wordAfter(args(plan), "--kv-cache-dtype")).toBe(flag);
  expect(servers(plan)[0]?.checks).toHaveLength(flag === "auto" ? 1 : 0);
});

test("16-bit weights are cast by vLLM and SGLang, made first for the others", () => {
  const needs = (engine: EngineId): boolean => {
    const plan = changed(fourOnOne(engine), { quantization: "fp16", storedQuantization: "bf16" });
    return servers(plan)[0]?.model.need !== undefined;
  };
  expect((["vllm", "sglang", "tensorrt-llm", "llama.cpp"] as const).map(needs)).toEqual([
    ...[false, false, true, true],
  ]);
});

test("over hosts each engine has its own way, ranks in the order of hosts", () => {
  const plan = twoHosts("vllm");
  const wide = { ...plan, deployments: plan.deployments.slice(1, 2) };
  expect(args(wide, 1)).toEqual(expect.arrayContaining(["--headless", "--node-rank", "1"]));
  expect(args(wide, 0)).not.toContain("--headless");
  expect(wordAfter(args(wide, 1), "--master-addr")).toBe("<leader>");
  const sglang = twoHosts("sglang");
  const own = { ...sglang, deployments: sglang.deployments.slice(1, 2) };
  expect(wordAfter(args(own, 1), "--dist-init-addr")).toBe("<leader>:51500");
  const trtllm = twoHosts("tensorrt-llm");
  const ranks = { ...trtllm, deployments: trtllm.deployments.slice(1, 2) };
  expect(args(ranks, 1)[0]).toBe("trtllm-llmapi-launch");
  expect(servers(ranks)[0]?.spread).toEqual({ kind: "mpi", ranksPerHost: 2 });
  expect(servers(ranks)[0]?.files[0]?.text).toContain("gpus_per_node: 2\n");
});

test.each([
  { engine: "vllm", change: { kvCacheDtype: "q8_0" }, code: "kv-cache-dtype" },
  { engine: "sglang", change: { kvCacheDtype: "int8" }, code: "kv-cache-dtype" },
  { engine: "llama.cpp", change: { kvCacheDtype: "fp8" }, code: "kv-cache-dtype" },
  { engine: "llama.cpp", change: { model: "a,b" }, code: "name-not-carried" },
  { engine: "vllm", change: { engine: { id: "vllm", version: "0.5.0" } }, code: "version-too-old" },
  {
    engine: "sglang",
    change: { engine: { id: "sglang", version: "0.4.6" } },
    code: "version-too-old",
  },
] as const)("$engine refuses $change with $code", ({ engine, change, code }) => {
  const plan = fourOnOne(engine);
  const one = { ...plan, deployments: plan.deployments.slice(0, 1) };
  const result = renderDeployment(changed(one, change), targetOfEngine(engine) ?? "vllm");
  expect(result.ok ? [] : result.refusals.map(({ reason }) => reason.code)).toEqual([code]);
});

test("a plan edited by hand, without the engine's knob, is refused", () => {
  const plan = makePlan({
    engine: "sglang",
    hosts: [{ name: "h", cards: ["rtx-4090"] }],
    models: [{ model: "m", gpus: ["h:0"], weightsGib: 1, kvTokens: 8192, kvBytesPerToken: 1024 }],
  });
  const { memFractionStatic, ...kv } = plan.deployments[0]?.kv ?? {
    tokens: 0,
    maxTokens: 0,
    maxGpuTotalBytes: 0,
  };
  expect(memFractionStatic).toBeGreaterThan(0);
  const result = renderDeployment(changed(plan, { kv }), "sglang");
  expect(result.ok ? [] : result.refusals.map(({ text }) => text)).toEqual([
    '"m": no memFractionStatic',
  ]);
});

test("servers that run keep their ports, whatever comes before them; the others get none of these", () => {
  const plan = fourOnOne("vllm");
  const names = (
    options: Parameters<typeof serverHosts>[1],
  ): readonly (readonly [string, number])[] =>
    serverHosts(plan, options).flatMap(({ servers }) =>
      servers.map(({ file, port }) => [file, port]),
    );
  const [a, b, c, d] = names({ firstPort: 9000 }).map(([file]) => file);
  expect(names({ firstPort: 9000 }).map(([, port]) => port)).toEqual([9000, 9001, 9002, 9003]);
  const keptPorts = new Map([
    [c ?? "", 9000],
    [a ?? "", 9003],
  ]);
  expect(names({ firstPort: 9000, keptPorts })).toEqual([
    [a, 9003],
    [b, 9001],
    [c, 9000],
    [d, 9004],
  ]);
});
