import { describe, expect, test } from "vitest";
import { fourOnOne } from "../../../../../test/fixtures/deploy-plans.ts";
import type { PlanGpu } from "../../documents/plan-document.ts";
import type { InventoryDocument, InventoryProcess } from "../../inventory/inventory-document.ts";
import { readMetrics } from "../metrics/read-metrics.ts";
import type { WatchDocument } from "./watch-document.ts";
import { type WatchInput, watchPlan } from "./watch-plan.ts";

const MIB = 2 ** 20;
const bare = fourOnOne("vllm");
/** With a GiB on each card between what is most likely and what is planned. */
const plan = {
  ...bare,
  gpus: bare.gpus.map((gpu) => ({ ...gpu, plannedBytes: gpu.plannedBytes + 1024 * MIB })),
};
const [card] = plan.gpus.filter(({ plannedBytes }) => plannedBytes > 0) as [PlanGpu];
const allowedMiB = (card.usedByOthersBytes + card.plannedBytes) / MIB;
const likelyMiB = allowedMiB - 1024;
const totalMiB = card.memoryBytes / MIB;

function inventory(usedMiB: number, processes?: readonly InventoryProcess[]): InventoryDocument {
  return {
    schema: "berth/inventory@1",
    hosts: [
      {
        name: card.host,
        links: [],
        gpus: [
          {
            index: card.index,
            ...(card.uuid === undefined ? {} : { uuid: card.uuid }),
            memoryTotalMiB: totalMiB,
            memoryReservedMiB: 0,
            memoryUsedMiB: usedMiB,
            memoryFreeMiB: totalMiB - usedMiB,
            ...(processes === undefined ? {} : { processes }),
          },
        ],
      },
    ],
    warnings: [],
  };
}

function watched(inputs: Partial<WatchInput>): WatchDocument {
  return watchPlan(plan, { ...NOTHING, ...inputs });
}

const NOTHING: WatchInput = {
  at: "2026-11-22T00:00:00.000Z",
  inventory: { schema: "berth/inventory@1", hosts: [], warnings: [] },
  metrics: [],
  sources: [],
  ownerOf: () => undefined,
  nearBytes: undefined,
};

function codes({ alarms }: WatchDocument): readonly string[] {
  return alarms.map(({ code }) => code);
}

describe("a card", () => {
  test.each([
    // what is most likely held is no alarm, whatever the margin
    { usedMiB: () => likelyMiB, nearMiB: undefined, found: [] },
    // 64 MiB come and go by themselves
    { usedMiB: () => allowedMiB - 65, nearMiB: undefined, found: [] },
    { usedMiB: () => allowedMiB - 63, nearMiB: undefined, found: ["card-near"] },
    { usedMiB: () => allowedMiB, nearMiB: undefined, found: ["card-near"] },
    // what is printed in whole MiB may be one off
    { usedMiB: () => allowedMiB + 2, nearMiB: undefined, found: ["card-over"] },
    { usedMiB: () => allowedMiB - 900, nearMiB: 1000, found: ["card-near"] },
    { usedMiB: () => allowedMiB, nearMiB: 0, found: [] },
    { usedMiB: () => allowedMiB + 2, nearMiB: 0, found: ["card-over"] },
  ])("near $nearMiB: $found", ({ usedMiB, nearMiB, found }) => {
    const document = watched({
      inventory: inventory(usedMiB()),
      nearBytes: nearMiB === undefined ? undefined : nearMiB * MIB,
    });
    expect(codes(document)).toEqual(found);
    expect(document.holds).toBe(found.length === 0);
  });

  test("without a margin is not near when it holds what is planned", () => {
    const { gpus } = watchPlan(bare, { ...NOTHING, inventory: inventory(likelyMiB) });
    expect(gpus[0]).toMatchObject({ nearBytes: 0, usedBytes: likelyMiB * MIB });
    expect(gpus[0]?.allowedBytes).toBe(gpus[0]?.likelyBytes);
  });

  test("of which nothing was measured has no numbers and no alarm; one that its host does not list has", () => {
    const silent = watched({});
    expect(silent.gpus[0]).not.toHaveProperty("usedBytes");
    expect(codes(silent)).toEqual([]);
    const full = inventory(0);
    const none = { ...full, hosts: full.hosts.map((host) => ({ ...host, gpus: [] })) };
    const gone = watched({ inventory: none });
    expect(gone.alarms).toEqual([
      { code: "card-missing", gpu: card.id, text: `${card.id} is gone` },
    ]);
  });
});

describe("engines on a card", () => {
  const names = plan.deployments.map(({ model }) => model);

  test("are one where only their names tell them, and apart where it is known whose a process is", () => {
    const processes = names.map((_, i) => ({
      pid: 10 + i,
      name: "VLLM::EngineCore",
      usedMiB: 100,
    }));
    const together = watched({ inventory: inventory(450, processes) });
    expect(together.gpus[0]).toMatchObject({
      shares: [{ engines: names, processes: 4, usedBytes: 400 * MIB }],
      othersBytes: 50 * MIB,
    });
    const apart = watched({
      inventory: inventory(450, processes),
      ownerOf: ({ host }, pid) => (host === card.host ? plan.deployments[pid - 10] : undefined),
    });
    expect(apart.gpus[0]?.shares).toMatchObject(
      names.map((name) => ({ engines: [name], processes: 1, usedBytes: 100 * MIB })),
    );
  });

  test("one that holds more than planned, and others that do, are named", () => {
    const big = { pid: 10, name: "VLLM::EngineCore", usedMiB: Math.ceil(allowedMiB) };
    const document = watched({
      inventory: inventory(Math.ceil(allowedMiB) + 100, [big]),
      ownerOf: () => plan.deployments[0],
    });
    expect(codes(document)).toEqual(["card-over", "others-hold-more", "engine-over"]);
    expect(document.alarms.at(-1)?.text).toContain(`${names[0]} holds`);
  });

  test("memory that nvidia-smi does not tell is not guessed", () => {
    const document = watched({
      inventory: inventory(500, [{ pid: 10, name: "VLLM::EngineCore" }]),
    });
    expect(document.gpus[0]).not.toHaveProperty("othersBytes");
    expect(document.gpus[0]?.shares[0]).not.toHaveProperty("usedBytes");
  });
});

describe("KV caches", () => {
  const [first] = plan.deployments;
  const of = { model: first?.model ?? "", replica: 0 };
  const answer = (blocks: number, share: number): WatchInput["metrics"] => [
    {
      name: "url",
      of,
      readings: readMetrics(
        "url",
        `vllm:cache_config_info{num_gpu_blocks="${blocks}"} 1.0\nvllm:kv_cache_usage_perc{engine="0"} ${share}\n`,
      ),
    },
  ];
  const planned = first?.ranks[0]?.kv.blocks ?? 0;
  const size = first?.tokensPerBlock ?? 0;

  test("are counted in tokens, with what is in use; one block less than planned is rounding, two are short", () => {
    const document = watched({ metrics: answer(planned - 1, 0.5) });
    expect(document.engines[0]).toMatchObject({
      kvTokens: (planned - 1) * size,
      kvUsedTokens: Math.round(0.5 * (planned - 1)) * size,
    });
    expect(codes(document)).toEqual([]);
    expect(watched({ metrics: answer(planned - 2, 0) }).alarms).toMatchObject([
      { code: "kv-short", engine: of.model, tokens: (planned - 2) * size },
    ]);
  });
});

test.each([
  [
    "nv_trt_llm_kv_cache_block_metrics",
    110 * 64,
    [
      'nv_trt_llm_kv_cache_block_metrics{model="m",version="1",kv_cache_block_type="used"} 110',
      'nv_trt_llm_kv_cache_block_metrics{model="m",version="1",kv_cache_block_type="max"} 200',
      'nv_trt_llm_kv_cache_block_metrics{model="m",version="1",kv_cache_block_type="tokens_per"} 64',
    ].join("\n"),
  ],
  [
    "trtllm-serve",
    3 * 32,
    JSON.stringify([
      { kvCacheStats: { maxNumBlocks: 101256, tokensPerBlock: 32, usedNumBlocks: 3 } },
    ]),
  ],
  ["sglang", 123859, "sglang:max_total_num_tokens 274934\nsglang:num_used_tokens 123859\n"],
  [
    "vllm 0.8",
    50,
    'vllm:cache_config_info{num_gpu_blocks="100"} 1.0\nvllm:gpu_cache_usage_perc{model_name="m"} 0.5\n',
  ],
  ["an engine that does not say", undefined, 'vllm:cache_config_info{num_gpu_blocks="100"} 1.0\n'],
] as const)("%s says what is in use", (_, used, text) => {
  expect(readMetrics("url", text)[0]?.used).toBe(used);
});
