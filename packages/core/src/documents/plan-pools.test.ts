import { evaluate } from "mathjs";
import { describe, expect, test } from "vitest";
import { importPreset } from "../catalog/catalog.ts";
import { estimate } from "./estimate.ts";
import { explainPlan } from "./explain.ts";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDeployment, PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = (yaml: string): Promise<PlanDocument> =>
  planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml), nodeLimit: 20_000 });

async function only(cards: string, model: string) {
  const document = await plan(
    `hosts: [{ name: box, gpus: [${cards}] }]\nmodels:\n  - { name: m, ${model} }`,
  );
  const [deployment] = document.deployments;
  if (deployment === undefined) {
    throw new Error(JSON.stringify(document.unplaced));
  }
  expect(verifyPlan(document)).toEqual([]);
  return { document, deployment };
}

/** What an estimate of the same engine says of the planned pool: its card has just the room that the plan gives it. */
function estimated(
  { source, engine, kv, tp, maxSeqLen, maxBatchSize, maxNumTokens }: PlanDeployment,
  used: number,
) {
  const model = importPreset(source);
  if (model === undefined) {
    throw new Error(`no preset ${source}`);
  }
  return estimate(
    {
      engine: engine.id,
      engineVersion: engine.version,
      gpu: "h100-sxm-80gb",
      usedMiB: used,
      kvFraction: kv.freeGpuMemFraction ?? kv.gpuMemoryUtilization ?? 0.9,
      ...{ tp, maxSeqLen, maxBatchSize, maxNumTokens },
    },
    model,
  );
}

function lawsHold(document: PlanDocument): void {
  for (const { id, law, symbols, value, unit } of explainPlan(document).numbers) {
    const scope = Object.fromEntries(symbols.map((symbol) => [symbol.name, symbol.value]));
    const error = Math.abs(Number(evaluate(law, scope)) - value);
    expect(error, `${id}: ${law}`).toBeLessThanOrEqual(unit === "1" ? 1e-12 : 1);
  }
}

describe("TensorRT-LLM's KV cache manager V2", () => {
  const v2 = (more: string): string =>
    `model: meta-llama/Llama-3.1-8B, engineVersion: 1.3.0rc24, tp: 1, pp: 1, ${more}`;

  test.each([1, 4, 40])("holds what %i sequences need so that each may start", async (n) => {
    const { document, deployment } = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      v2(`maxSeqLen: 4k, concurrency: ${n}`),
    );
    const [rank] = deployment.ranks;
    // 131072 B a token: n · 4096 of them are 0.95 of the pool
    expect(deployment.kv).toMatchObject({
      tokens: n * 4096,
      maxTokens: n * 4096,
      resumeShare: 0.95,
    });
    expect(rank?.kv.budgetBytes).toBe(n * Math.ceil((4096 * 131_072) / 0.95));
    expect(estimated(deployment, 0).maxSequences).toBeGreaterThanOrEqual(n);
    lawsHold(document);
  });

  test("no plan promises what an estimate denies, up to the last sequence of a full card", async () => {
    const { deployment } = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      v2("maxSeqLen: 4k, concurrency: { least: 1, want: 200 }, maxBatchSize: 200"),
    );
    const { concurrentSequences } = deployment;
    expect(concurrentSequences).toBeGreaterThan(20);
    const said = estimated(deployment, 0).maxSequences;
    expect(said).toBeGreaterThanOrEqual(concurrentSequences);
  });

  test("a plan without the part that stays free is found out", async () => {
    const { document, deployment } = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      v2("concurrency: 4"),
    );
    const kv = Object.fromEntries(
      Object.entries(deployment.kv).filter(([key]) => key !== "resumeShare"),
    ) as unknown as PlanDeployment["kv"];
    const problems = verifyPlan({ ...document, deployments: [{ ...deployment, kv }] });
    expect(problems.join("\n")).toMatch(/m#0 has a KV cache of .* for 32768 tokens/);
    const halved = { ...deployment.kv, resumeShare: 0.5 };
    expect(
      verifyPlan({ ...document, deployments: [{ ...deployment, kv: halved }] }).join("\n"),
    ).toMatch(/m#0 has a KV cache of/);
  });

  test("manager V1 keeps nothing free", async () => {
    const { deployment } = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      "model: Qwen/Qwen2.5-7B, engineVersion: 1.3.0rc24, tp: 1, pp: 1, concurrency: 4",
    );
    expect(deployment.kv.resumeShare).toBeUndefined();
    expect(deployment.ranks[0]?.kv.budgetBytes).toBe(deployment.kv.tokens * 57_344);
  });
});

describe("vLLM's null block", () => {
  test("is one block of the pool, of whatever layers", async () => {
    const { document, deployment } = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      "model: meta-llama/Llama-3.1-8B, engine: vllm, tp: 1, pp: 1, maxSeqLen: 4k, concurrency: 4",
    );
    const [rank] = deployment.ranks;
    expect(rank?.kv.blocks).toBe((4 * 4096) / 16 + 1);
    expect(rank?.kv.budgetBytes).toBe((4 * 4096 + 16) * 131_072);
    lawsHold(document);
    const windows = await only(
      "{ gpu: h100-sxm-80gb, count: 1 }",
      "model: google/gemma-3-4b-it, engine: vllm, tp: 1, pp: 1, concurrency: 2",
    );
    lawsHold(windows.document);
  });

  test.each([
    // a budget of just n sequences of 4096 tokens, 256 blocks each, is one block short of n
    { version: "0.19.0", lost: 1 },
    { version: "0.7.3", lost: 0 },
  ])(
    "costs an estimate of $version a sequence where it has just their blocks",
    ({ version, lost }) => {
      const model = importPreset("meta-llama/Llama-3.1-8B");
      const at = (kvFraction: number) =>
        model &&
        estimate(
          {
            engine: "vllm",
            engineVersion: version,
            gpu: "h100-sxm-80gb",
            maxSeqLen: 4096,
            maxNumTokens: 4096,
            maxBatchSize: 64,
            kvFraction,
          },
          model,
        );
      const blocks = (kvFraction: number): number => (at(kvFraction)?.kvTokens ?? 0) / 16;
      // the fraction with which the pool has 10 · 256 blocks
      let [low, high] = [0.1, 0.9];
      for (let i = 0; i < 60; i += 1) {
        const middle = (low + high) / 2;
        [low, high] = blocks(middle) < 2560 ? [middle, high] : [low, middle];
      }
      expect(blocks(high)).toBe(2560);
      expect(at(high)?.maxSequences).toBe(10 - lost);
    },
  );
});

describe("SGLang over pipeline stages", () => {
  test("has pools as large as that of the stage in need of most, state among them", async () => {
    const { document, deployment } = await only(
      "{ gpu: l40s-48gb, count: 2 }",
      "model: Qwen/Qwen3.5-27B, engine: sglang, tp: 1, pp: 2, maxSeqLen: 4k, concurrency: 2",
    );
    const pools = new Set(deployment.ranks.map(({ kv }) => kv.budgetBytes));
    expect(deployment.ranks).toHaveLength(2);
    expect(pools.size).toBe(1);
    lawsHold(document);
  });

  test("on cards of two sizes is told a share that the smaller one can give", async () => {
    const { document, deployment } = await only(
      "{ gpu: rtx-3090, count: 1 }, { gpu: rtx-4090, count: 1 }",
      "model: Qwen/Qwen2.5-14B, engine: sglang, tp: 1, pp: 2, maxSeqLen: 4k, concurrency: 2",
    );
    const told = (memFractionStatic: number) =>
      verifyPlan({
        ...document,
        deployments: [{ ...deployment, kv: { ...deployment.kv, memFractionStatic } }],
      }).join();
    expect(told((deployment.kv.memFractionStatic ?? 0) - 0.02)).toMatch(/m#0 gets \d+ tokens/);
  });
});
