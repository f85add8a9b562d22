import {
  type EstimateDocument,
  engineIds,
  estimate,
  gpuIds,
  importPreset,
  lawTex,
  modelIds,
  parseFleetFile,
  planFleet,
  SYMBOLS,
} from "@berth/core";
import { explainSpeed, readLengths, SPEED_SYMBOLS } from "@berth/core/capacity";
import fc from "fast-check";
import { all, create, evaluate } from "mathjs";
import { expect, test } from "vitest";

/** Any request that the catalogue can answer. */
const requests = fc
  .record({
    model: fc.constantFrom(...modelIds()),
    gpu: fc.constantFrom(...gpuIds()),
    engine: fc.constantFrom(...engineIds()),
    tp: fc.constantFrom(1, 2, 4, 8),
    pp: fc.integer({ min: 1, max: 4 }),
    quantization: fc.constantFrom("bf16", "fp8", "int4-awq", "int8-wo", "nvfp4"),
    maxNumTokens: fc.integer({ min: 1, max: 65_536 }),
    maxBatchSize: fc.integer({ min: 1, max: 4096 }),
    maxSeqLen: fc.integer({ min: 1, max: 131_072 }),
  })
  // llama.cpp deals out whole layers and knows no tensor parallel ranks
  .map((request) => (request.engine === "llama.cpp" ? { ...request, tp: 1 } : request))
  .chain((request) =>
    fc
      .boolean()
      .map((drafts) => ({ ...request, draftLayers: drafts && mayDraft(request) ? 1 : 0 })),
  );

/** Models with draft layers of their own, and engines that can load them. */
function mayDraft({ model, engine }: { readonly model: string; readonly engine: string }): boolean {
  const parts = importPreset(model)?.parts ?? [];
  const drafts = parts.some(({ kind, layers }) => kind === "draft" && layers.length > 0);
  return drafts && ["tensorrt-llm", "vllm", "sglang"].includes(engine);
}

test("every term is what its law says when mathjs evaluates it", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      if (spec === undefined) {
        throw new Error(`no preset ${model}`);
      }
      for (const { terms } of estimate(request, spec).ranks) {
        for (const term of terms) {
          expect(
            Math.abs(Number(evaluate(term.law, { ...term.values })) - term.bytes),
            `${term.id}: ${term.law}`,
          ).toBeLessThanOrEqual(1);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("every term's bounds enclose it, and its sources are known by name", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      for (const { terms } of spec === undefined ? [] : estimate(request, spec).ranks) {
        for (const term of terms) {
          expect(term.lowBytes).toBeLessThanOrEqual(term.bytes);
          expect(term.bytes).toBeLessThanOrEqual(term.highBytes);
          expect(term.sources.length).toBeGreaterThan(0);
        }
      }
    }),
    { numRuns: 200 },
  );
});

test("more tokens a step never leave more KV cache, more context never fits more sequences", () => {
  fc.assert(
    fc.property(requests, fc.integer({ min: 1, max: 8192 }), ({ model, ...request }, more) => {
      const spec = importPreset(model);
      if (spec === undefined) {
        throw new Error(`no preset ${model}`);
      }
      const base = estimate(request, spec);
      expect(
        estimate({ ...request, maxNumTokens: request.maxNumTokens + more }, spec).kvTokens,
      ).toBeLessThanOrEqual(base.kvTokens);
      expect(
        estimate({ ...request, maxSeqLen: request.maxSeqLen + more }, spec).maxSequences,
      ).toBeLessThanOrEqual(base.maxSequences);
    }),
    { numRuns: 200 },
  );
});

/** mathjs with the units that laws count in. */
const math = create(all ?? {}, {});
for (const unit of ["token", "element", "layer", "graph", "cell", "flop"]) {
  math.createUnit(unit);
}

/** The law's value when every symbol carries its unit; throws where a sum mixes dimensions. */
function evaluateWithUnits({
  law,
  values,
}: EstimateDocument["ranks"][number]["terms"][number]): unknown {
  const scope = Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const unit = SYMBOLS[name]?.unit ?? "";
      return [name, unit === "1" ? value : math.unit(value, unit)];
    }),
  );
  return math.evaluate(law, scope);
}

test("every law gives bytes when its symbols carry their units", () => {
  fc.assert(
    fc.property(requests, ({ model, ...request }) => {
      const spec = importPreset(model);
      for (const term of spec === undefined
        ? []
        : (estimate(request, spec).ranks[0]?.terms ?? [])) {
        const value = evaluateWithUnits(term);
        expect(
          Math.abs(Number(math.number(value as never, "byte" as never)) - term.bytes),
          `${term.id}: ${term.law}`,
        ).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 150 },
  );
});

/** Plain, normed, with windows, experts, a latent and a state. */
const SERVED = [
  "meta-llama/Llama-3.1-8B-Instruct",
  "Qwen/Qwen3-8B",
  "google/gemma-3-4b-it",
  "openai/gpt-oss-20b",
  "Qwen/Qwen3-30B-A3B",
  "deepseek-ai/DeepSeek-V2-Lite",
  "Qwen/Qwen3.5-27B",
];

interface Served {
  readonly model: string;
  readonly gpu: string;
  readonly engine: string;
  readonly tp: number;
  readonly pp: number;
  readonly beside: boolean;
  readonly prompt: string;
  readonly output: string;
  readonly scaleRate: number;
}

const served: fc.Arbitrary<Served> = fc.record({
  model: fc.constantFrom(...SERVED),
  gpu: fc.constantFrom("rtx-3090", "rtx-4090", "h100-sxm-80gb", "gb300"),
  engine: fc.constantFrom(...engineIds()),
  tp: fc.constantFrom(1, 2, 4),
  pp: fc.integer({ min: 1, max: 3 }),
  beside: fc.boolean(),
  prompt: fc.constantFrom("1", "900", "500..4k", "20k"),
  output: fc.constantFrom("1", "30..2000", "700"),
  scaleRate: fc.double({ min: 0.01, max: 1.5, noNaN: true }),
});

/** Laws of time of a plan with this model, half of the time beside another on the same cards. */
async function timesOf({ model, gpu, engine, tp, pp, beside, ...asked }: Served) {
  const cut = engine === "llama.cpp" ? 1 : tp;
  const plan = await planFleet({
    file: "random.yaml",
    fleet: parseFleetFile(
      "random.yaml",
      JSON.stringify({
        hosts: [{ name: "box", gpus: [{ gpu, count: cut * pp }] }],
        models: [
          { name: "own", model, engine, tp: cut, pp, concurrency: 1 },
          ...(beside ? [{ name: "other", model: "Qwen/Qwen2.5-0.5B", concurrency: 1 }] : []),
        ],
      }),
    ),
    nodeLimit: 100,
  });
  const sources = plan.deployments.map(({ source }) => source);
  const models = new Map(
    sources.flatMap((source) => {
      const spec = importPreset(source);
      return spec === undefined ? [] : [[source, spec] as const];
    }),
  );
  const [prompt, output] = await Promise.all([
    readLengths("--prompt", asked.prompt),
    readLengths("--output", asked.output),
  ]);
  const change = { prompt, output, scaleRate: asked.scaleRate };
  return explainSpeed({ file: "random.yaml", plan, models, change });
}

const ALL_TIMES = `
all-requests chance-to-wait cycle cycle-variance decode-dense decode-exchange decode-experts
decode-fixed decode-hop decode-kv decode-sequences decode-stage decode-step e2e e2e-p50
e2e-p50-share e2e-p95 e2e-p95-share e2e-ready e2e-ready-variance full held-tokens kv-room
mean-wait most-requests most-requests-prompt-cost most-requests-seat most-running most-tokens
needed-tokens prefill prefill-attention prefill-busy prefill-dense prefill-exchange
prefill-experts prefill-stage prefill-step prompt-step prompt-wait-variance requests
requests-prompt-cost requests-seat room-wait running seats tokens tpot tpot-p50 tpot-p95
tpot-variance ttft ttft-p50 ttft-p50-share ttft-p95 ttft-p95-share ttft-ready ttft-ready-variance
utilization
`
  .trim()
  .split(/\s+/);

test("every law of time gives its number, in its unit, with known symbols", async () => {
  const ids = new Set<string>();
  const laws = new Set<string>();
  await fc.assert(
    fc.asyncProperty(served, async (asked) => {
      const numbers = await timesOf(asked);
      // stages and replicas repeat laws
      const each = new Map(numbers.map((number) => [`${number.id} ${number.law}`, number]));
      for (const { id, law, filled, symbols, value, unit } of each.values()) {
        ids.add(id);
        laws.add(law);
        const kinds = symbols.map(({ name }) => SPEED_SYMBOLS[name.replace(/_\d+$/, "")]);
        expect(kinds, `${id}: ${symbols.map(({ name }) => name)}`).not.toContain(undefined);
        expect(Number(evaluate(filled)), `${id}: ${filled}`).toBeCloseTo(value, 6);
        const scope = symbols.map(
          ({ name, value: own, unit: its }) =>
            [name, its === "1" ? own : math.unit(own, its)] as const,
        );
        const found: unknown = math.evaluate(law, Object.fromEntries(scope));
        const number = unit === "1" ? Number(found) : math.number(found as never, unit as never);
        expect(Math.abs(Number(number) - value), `${id}: ${law}`).toBeLessThanOrEqual(
          1e-9 * Math.abs(value) + 1e-15,
        );
      }
    }),
    { numRuns: 25 },
  );
  expect(await Promise.all([...laws].map(lawTex))).not.toContain("");
  // every kind of law has had its turn
  expect([...ids].sort()).toEqual(ALL_TIMES);
});
