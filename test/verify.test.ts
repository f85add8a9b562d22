/** Planned against measured: a log of the plan's own numbers is inside, and each number by itself can be outside. */
import type { InventoryDocument, PlanDeployment, PlanDocument } from "@berth/core";
import { readLog } from "@berth/core/logs";
import {
  type Comparison,
  compareWithPlan,
  nameOf,
  readMetrics,
  type VerifyDocument,
} from "@berth/core/verify";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { fiveEngines } from "./fixtures/five-engines.ts";
import { type Printed, plannedLog } from "./fixtures/planned-logs.ts";

const MIB = 2 ** 20;
let plan: PlanDocument;
beforeAll(async () => {
  plan = await fiveEngines();
});

const MODELS = ["chat", "code", "old", "local", "lang", "large"] as const;

function engine(model: string): PlanDeployment {
  const found = plan.deployments.find((one) => one.model === model);
  if (found === undefined) {
    throw new Error(`no ${model}`);
  }
  return found;
}

function verified(model: string, other: Printed = {}): VerifyDocument {
  const { tp, engine: of } = engine(model);
  const report = readLog(plannedLog(engine(model), other), { engine: of.id, tp });
  return compareWithPlan(plan, {
    logs: [{ name: `${model}.log`, report, of: { model, replica: 0 } }],
  });
}

function comparisonsOf({ deployments }: VerifyDocument): readonly Comparison[] {
  return deployments.flatMap(({ ranks }) => ranks.flatMap(({ comparisons }) => comparisons));
}

function outside(document: VerifyDocument): readonly string[] {
  return document.deployments.flatMap(({ ranks }) =>
    ranks.flatMap(({ rank, comparisons }) =>
      comparisons
        .filter(({ verdict }) => verdict !== "inside")
        .map(({ id, verdict, isHarmful }) => `${rank} ${id} ${verdict}${isHarmful ? "!" : ""}`),
    ),
  );
}

describe("logs", () => {
  test.each(MODELS)("%s as planned is inside, on each of its ranks", (model) => {
    const document = verified(model);
    expect(outside(document)).toEqual([]);
    expect(document).toMatchObject({ holds: true, outside: 0 });
    const own = document.deployments.find((one) => one.model === model);
    for (const { comparisons, unmeasured } of own?.ranks ?? []) {
      expect(comparisons.map(({ id }) => id)).toEqual(
        expect.arrayContaining(["weights", "kv-tokens"]),
      );
      expect(unmeasured).not.toContain("weights");
      expect(unmeasured).toContain("headroom");
    }
    const others = document.deployments.filter((one) => one.model !== model);
    expect(
      others.every(({ ranks }) => ranks.every(({ comparisons }) => comparisons.length === 0)),
    ).toBe(true);
  });

  test.each([
    { model: "chat", other: { weights: 3 * 2 ** 30 }, says: ["0 weights above!"] },
    { model: "chat", other: { activations: 0 }, says: ["0 activations below"] },
    { model: "chat", other: { tokens: 4096 }, says: ["0 kv-tokens below!"] },
    // one block of 32 tokens beside the plan is the engine's rounding, two are not
    { model: "chat", other: { tokens: 16_384 - 32 }, says: [] },
    { model: "chat", other: { tokens: 16_384 - 64 }, says: ["0 kv-tokens below!"] },
    {
      model: "large",
      other: { activations: 2 * 2 ** 30 },
      says: ["0 activations above!", "1 activations above!"],
    },
    { model: "old", other: { free: 2 ** 30 }, says: ["0 free-for-kv below!"] },
    { model: "old", other: { free: 79 * 2 ** 30 }, says: [] },
    { model: "code", other: { budget: 2 ** 20 }, says: ["0 kv-budget below!"] },
    { model: "code", other: { graphs: 2 ** 30 }, says: ["0 graphs above!"] },
    { model: "lang", other: { graphs: 2 ** 30 }, says: ["0 graphs above!"] },
    { model: "local", other: { activations: 4 * 2 ** 30 }, says: ["0 activations above!"] },
    { model: "local", other: { tokens: 8192 }, says: ["0 kv-tokens below!"] },
  ])("$model with $other: $says", ({ model, other, says }) => {
    const document = verified(model, other);
    expect(outside(document)).toEqual(says);
    expect(document.holds).toBe(says.length === 0);
  });

  test("whatever is measured, a verdict says where it lies, and rounding alone puts nothing outside", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        fc.integer({ min: 0, max: 2 ** 34 }),
        (model, activations) => {
          const document = verified(model, { activations });
          for (const one of comparisonsOf(document)) {
            const {
              low,
              high = Number.POSITIVE_INFINITY,
              measured,
              halfWidth,
              verdict,
              planned,
              difference,
            } = one;
            const isInside = measured + halfWidth >= low && measured - halfWidth <= high;
            expect(verdict === "inside").toBe(isInside);
            expect(low).toBeLessThanOrEqual(planned);
            expect(planned).toBeLessThanOrEqual(high);
            expect(difference).toBe(measured - planned);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a failure does not hold, whatever the numbers are", () => {
    const report = readLog("RuntimeError: CUDA error: out of memory");
    const document = compareWithPlan(plan, {
      logs: [{ name: "x", report, of: { model: "chat", replica: 0 } }],
    });
    expect(document).toMatchObject({ holds: false, measured: 0, outside: 0 });
  });

  test("where nothing was measured, the plan was not verified", () => {
    expect(compareWithPlan(plan, {})).toMatchObject({ holds: false, measured: 0, outside: 0 });
  });

  test("lines that name no rank count for all ranks where the plan has them alike, and not where it has not", () => {
    const text = plannedLog(engine("large")).replaceAll(/ \[RANK \d\]/g, "");
    const log = { name: "l", report: readLog(text), of: { model: "large", replica: 0 } };
    const alike = compareWithPlan(plan, { logs: [log] });
    const uneven: PlanDocument = {
      ...plan,
      deployments: plan.deployments.map((one) => ({
        ...one,
        ranks: one.ranks.map((rank) => ({
          ...rank,
          terms: rank.terms.map((term) =>
            term.id === "weights" ? { ...term, bytes: term.bytes + rank.rank } : term,
          ),
        })),
      })),
    };
    const measured = (document: VerifyDocument): readonly boolean[] =>
      document.deployments
        .filter(({ model }) => model === "large")
        .flatMap(({ ranks }) =>
          ranks.map(({ comparisons }) => comparisons.some(({ id }) => id === "weights")),
        );
    expect(measured(alike)).toEqual([true, true]);
    expect(measured(compareWithPlan(uneven, { logs: [log] }))).toEqual([false, false]);
  });
});

describe("whose log it is", () => {
  const read = (model: string, name: string): (() => VerifyDocument) => {
    const report = readLog(plannedLog(engine(model)));
    return () => compareWithPlan(plan, { logs: [{ name, report }] });
  };
  const measuredModels = (document: VerifyDocument): readonly string[] =>
    document.deployments
      .filter(({ ranks }) => ranks.some(({ comparisons }) => comparisons.length > 0))
      .map(nameOf);

  test("the only engine of its kind, or by the file's name", () => {
    expect(measuredModels(read("code", "any.txt")())).toEqual(["code"]);
    expect(measuredModels(read("chat", "/var/log/chat.log")())).toEqual(["chat"]);
  });

  test("several are refused in one sentence, as is a log of an engine that is not in the plan", () => {
    expect(read("chat", "any.txt")).toThrow(
      "any.txt: may be the log of large or chat; say which with --log MODEL=FILE",
    );
    const only = { ...plan, deployments: plan.deployments.filter(({ model }) => model === "chat") };
    const report = readLog(plannedLog(engine("code")));
    expect(() => compareWithPlan(only, { logs: [{ name: "a", report }] })).toThrow(
      "a: expected a log of tensorrt-llm, got one of vllm",
    );
    expect(() =>
      compareWithPlan(plan, { logs: [{ name: "a", report, of: { model: "chat", replica: 0 } }] }),
    ).toThrow("a: expected a log of tensorrt-llm for chat, got one of vllm");
    expect(() =>
      compareWithPlan(plan, {
        logs: [
          { name: "a", report },
          { name: "b", report },
        ],
      }),
    ).toThrow("b: expected one log an engine, got a for code too");
    expect(() => compareWithPlan(plan, { logs: [{ name: "a", report: readLog("x\ny") }] })).toThrow(
      "a: expected the log of an engine's start, found nothing on memory in 2 lines",
    );
  });

  test("one Triton log for several models, by the names that Triton loads them under", () => {
    const text = ["chat", "old"].map(
      (model) => `"loading: tensorrt_llm_${model}:1"\n${plannedLog(engine("old"))}`,
    );
    const triton: PlanDocument = {
      ...plan,
      deployments: plan.deployments.map((one) =>
        one.model === "chat" ? { ...engine("old"), model: "chat" } : one,
      ),
    };
    const document = compareWithPlan(triton, {
      logs: [{ name: "triton.log", report: readLog(text.join("\n")) }],
    });
    expect(measuredModels(document)).toEqual(["chat", "old"]);
    const wrong = text[1]?.replace("Loaded engine size: ", "Loaded engine size: 9") ?? "";
    const one = {
      name: "t",
      report: readLog(`${text[0]}\n${wrong}`),
      of: { model: "chat", replica: 0 },
    };
    expect(compareWithPlan(triton, { logs: [one] }).holds).toBe(true);
  });
});

/** What nvidia-smi would print with these processes on the first card. */
function inventory(
  processes: InventoryDocument["hosts"][number]["gpus"][number]["processes"],
): InventoryDocument {
  const used = (processes ?? []).reduce((sum, { usedMiB = 0 }) => sum + usedMiB, 0);
  const card = { memoryTotalMiB: 81_559, memoryReservedMiB: 480 };
  return {
    schema: "berth/inventory@1",
    hosts: [
      {
        name: "any-name",
        links: [],
        gpus: [
          {
            index: 0,
            ...card,
            memoryUsedMiB: used,
            ...(processes === undefined ? {} : { processes }),
          },
          { index: 1, ...card, memoryUsedMiB: 0, processes: [] },
        ],
      },
    ],
    warnings: [],
  };
}

/** Planned MiB of an engine's first rank, all terms at their value. */
function plannedMiB(model: string): number {
  const [rank] = engine(model).ranks;
  const terms = rank?.terms.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0;
  return Math.round((terms + (rank?.kv.budgetBytes ?? 0)) / MIB);
}

describe("nvidia-smi", () => {
  const NAMES = {
    chat: "/usr/bin/python3",
    old: "tritonserver",
    code: "VLLM::EngineCore",
    local: "/opt/llama-server",
    lang: "sglang::scheduler",
  } as const;
  const processes = (extra: Partial<Record<keyof typeof NAMES, number>> = {}) =>
    Object.entries(NAMES).map(([model, name], i) => ({
      pid: 100 + i,
      name,
      usedMiB: plannedMiB(model) + (extra[model as keyof typeof NAMES] ?? 0),
    }));

  test("each engine by its process; both eras of TensorRT-LLM together, since one may be called python", () => {
    const named = processes().filter(({ name }) => name !== "/usr/bin/python3");
    const document = compareWithPlan(plan, { inventory: inventory(named) });
    const of = (model: string) =>
      document.deployments.find((one) => one.model === model)?.ranks[0]?.comparisons;
    expect(of("code")).toMatchObject([{ id: "process", verdict: "inside" }]);
    expect(of("local")).toMatchObject([{ id: "process", verdict: "inside" }]);
    // tritonserver alone holds too little for both
    expect(document.gpus[0]?.comparisons.map(({ id, verdict }) => [id, verdict])).toEqual([
      ["used", "below"],
      ["processes of tensorrt-llm", "below"],
    ]);
  });

  test("one that holds too much is found, on its card and by itself", () => {
    const document = compareWithPlan(plan, { inventory: inventory(processes({ code: 4000 })) });
    const code = document.deployments.find(({ model }) => model === "code");
    expect(code?.ranks[0]?.comparisons).toMatchObject([{ verdict: "above", isHarmful: true }]);
    expect(document.gpus[0]?.comparisons[0]).toMatchObject({ id: "used", verdict: "above" });
  });

  test("what is not there is said: a card, a process, a size, a host", () => {
    const document = compareWithPlan(plan, {
      inventory: inventory([{ pid: 1, name: "VLLM::EngineCore" }]),
    });
    expect(document.warnings).toEqual([
      "box1:2: the inventory has no such card; berth check says more",
      "box1:0: nvidia-smi did not say what the processes of code hold",
      "box1:0: no process of chat, old, local, lang is on it",
      "box1:1: no process of large is on it",
    ]);
  });
});

describe("metrics", () => {
  test.each([
    {
      what: "Triton",
      text: 'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="tokens_per",model="tensorrt_llm_old",version="1"} 64\nnv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max",model="tensorrt_llm_old",version="1"} 256\n',
      model: "old",
      value: 16_384,
    },
    {
      what: "trtllm-serve",
      text: '[{"iter":1,"kvCacheStats":{"maxNumBlocks":1,"tokensPerBlock":1}},{"iter":2,"kvCacheStats":{"maxNumBlocks":512,"tokensPerBlock":32}}]',
      of: "chat",
      model: "chat",
      value: 16_384,
    },
    {
      what: "vLLM",
      text: 'vllm:num_requests_running{engine="0",model_name="code"} 0.0\nvllm:cache_config_info{block_size="16",num_gpu_blocks="1024",note="a\\"}b"} 1.0\n',
      model: "code",
      value: 1024,
    },
    {
      what: "SGLang",
      text: 'sglang:max_total_num_tokens{model_name="lang",tp_rank="0"} 16384.0\n',
      model: "lang",
      value: 16_384,
    },
    {
      what: "llama.cpp",
      text: '{"default_generation_settings":{"n_ctx":8192},"total_slots":2,"model_path":"/m/local.gguf"}',
      model: "local",
      value: 16_384,
    },
  ])("$what", ({ text, model, value, of }) => {
    const readings = readMetrics("url", text);
    const document = compareWithPlan(plan, {
      metrics: [
        { name: "url", readings, ...(of === undefined ? {} : { of: { model: of, replica: 0 } }) },
      ],
    });
    const own = document.deployments.find((one) => one.model === model);
    expect(own?.ranks[0]?.comparisons).toMatchObject([{ measured: value, verdict: "inside" }]);
  });

  test("answers that say nothing, whatever they are", () => {
    for (const text of [
      "",
      "<html>",
      "{}",
      "[]",
      "[1]",
      "null",
      "vllm:cache_config_info{num_gpu_blocks=",
      'vllm:cache_config_info{num_gpu_blocks="None"} 1',
      `x${"{".repeat(10_000)}`,
    ]) {
      expect(() => readMetrics("url", text)).toThrow(/^url: /);
    }
    expect(() =>
      compareWithPlan(plan, {
        metrics: [
          {
            name: "url",
            readings: [{ engine: "tensorrt-llm", id: "kv-tokens", value: 1, text: "" }],
          },
        ],
      }),
    ).toThrow("url: may be the metrics of large or chat; say which with --metrics MODEL=URL");
  });
});
