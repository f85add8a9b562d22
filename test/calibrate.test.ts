/** Local corrections: what few and many runs do to a term, and what no number of runs may do. */
import {
  estimate,
  importPreset,
  type PlanDocument,
  type PlanTerm,
  parseFleetFile,
  planFleet,
  verifyPlan,
} from "@berth/core";
import { readLog } from "@berth/core/logs";
import {
  type CalibrationDocument,
  calibrate,
  compareWithPlan,
  contributions,
  readCalibration,
  readVerifyDocument,
  type VerifyDocument,
  withCalibration,
} from "@berth/core/verify";
import fc from "fast-check";
import { all, create } from "mathjs";
import { beforeAll, describe, expect, test } from "vitest";
import { fiveEngines } from "./fixtures/five-engines.ts";
import { type Printed, plannedLog } from "./fixtures/planned-logs.ts";

const EMPTY: CalibrationDocument = calibrate([]);
const MOST = 4;

let plan: PlanDocument;
beforeAll(async () => {
  plan = await fiveEngines();
});

function deployment(of: PlanDocument, model: string): PlanDocument["deployments"][number] {
  const found = of.deployments.find((one) => one.model === model);
  if (found === undefined) {
    throw new Error(`no ${model}`);
  }
  return found;
}

function report(model: string, other: Printed, of: PlanDocument = plan): VerifyDocument {
  const { tp, engine } = deployment(of, model);
  const log = readLog(plannedLog(deployment(of, model), other), { engine: engine.id, tp });
  return compareWithPlan(of, { logs: [{ name: "l", report: log, of: { model, replica: 0 } }] });
}

/** A report in which activations are so many times the published ones. */
function activations(times: number): VerifyDocument {
  const term = deployment(plan, "chat").ranks[0]?.terms.find(({ id }) => id === "activations");
  return report("chat", { activations: times * (term?.bytes ?? 0) });
}

function factorOf({
  corrections,
}: CalibrationDocument): CalibrationDocument["corrections"][number] {
  const found = corrections.find(({ term }) => term === "activations");
  if (found === undefined) {
    throw new Error("activations are not corrected");
  }
  return found;
}

describe("the law", () => {
  test("no reports change nothing, not a digit of a plan or an estimate", async () => {
    expect(EMPTY).toEqual({
      schema: "berth/calibration@1",
      reports: 0,
      corrections: [],
      faults: [],
    });
    expect(await calibratedPlan(EMPTY)).toEqual(await calibratedPlan(undefined));
  });

  test("one run moves a value by a fifth of the way at most, more move it further, many end at what was measured", () => {
    const times = (count: number, by: number): CalibrationDocument["corrections"][number] =>
      factorOf(calibrate(Array.from({ length: count }, () => activations(by))));
    for (const by of [0.5, 1.5, 3]) {
      const factors = [1, 2, 4, 16, 256].map(
        (count) => Math.log(times(count, by).factor) / Math.log(by),
      );
      expect(factors[0]).toBeLessThanOrEqual(0.21);
      expect(factors).toEqual([...factors].sort((a, b) => a - b));
      expect(factors.at(-1)).toBeGreaterThan(0.96);
      // measured to a hundredth of a GiB
      expect(times(2048, by).factor / by).toBeCloseTo(1, 1);
      expect(times(256, by).spread).toBeLessThan(times(1, by).spread);
    }
  });

  test("whatever was measured, factors and bounds stay within limits, and their order does not matter", () => {
    const ratios = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(ratios, fc.integer({ min: 0, max: 11 }), (given, turn) => {
        const reports = given.map(activations);
        const document = calibrate(reports);
        const at = turn % reports.length;
        expect(calibrate([...reports.slice(at), ...reports.slice(0, at)].reverse())).toEqual(
          document,
        );
        for (const { factor, spread, least, most, measured } of document.corrections) {
          expect(factor).toBeGreaterThanOrEqual(1 / MOST);
          expect(factor).toBeLessThanOrEqual(MOST);
          expect(spread).toBeGreaterThanOrEqual(0.1);
          expect(spread).toBeLessThanOrEqual(2);
          expect(least).toBeLessThanOrEqual(measured * (1 + 1e-9));
          expect(measured).toBeLessThanOrEqual(most * (1 + 1e-9));
        }
        expect(readCalibration("c", JSON.stringify(document))).toEqual(document);
      }),
      { numRuns: 60 },
    );
  });

  test("ranks of one engine are one run, by engine, series of versions and compute capability", () => {
    const { corrections } = calibrate([report("large", {}), report("code", {})]);
    expect(
      corrections.map(({ engine, from, before, computeCapability, term, runs }) => [
        engine,
        from,
        before,
        computeCapability,
        term,
        runs,
      ]),
    ).toEqual([
      ["tensorrt-llm", "1.2.0rc0", "1.3.0rc0", "9.0", "activations", 1],
      ["vllm", "0.20.0rc0", "0.21.0rc0", "9.0", "graphs", 1],
    ]);
  });

  test("weights and KV cache are never corrected: their departure is a fault", () => {
    const wrong = report("chat", { weights: 3 * 2 ** 30, tokens: 4096 });
    const { corrections, faults } = calibrate([wrong]);
    expect(corrections.map(({ term }) => term)).toEqual(["activations"]);
    expect(faults.map(({ id }) => id)).toEqual(["kv-tokens", "weights"]);
  });
});

const FLEET = `hosts:
  - { name: box1, gpus: [{ gpu: h100-sxm-80gb }, { gpu: rtx-4090 }] }
models:
  - { name: chat, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4, gpus: [box1:0] }
  - { name: other, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4, gpus: [box1:1] }
  - { name: older, model: meta-llama/Llama-3.2-1B, maxSeqLen: 4096, maxNumTokens: 2048, concurrency: 4, engineVersion: "1.1.0", gpus: [box1:0] }
`;

function calibratedPlan(document: CalibrationDocument | undefined): Promise<PlanDocument> {
  return planFleet({
    file: "f",
    fleet: parseFleetFile("f", FLEET),
    ...(document === undefined ? {} : { calibrate: withCalibration("here.json", document) }),
  });
}

function term(of: PlanDocument, model: string, id: string): PlanTerm {
  const found = deployment(of, model).ranks[0]?.terms.find((one) => one.id === id);
  if (found === undefined) {
    throw new Error(`no ${id}`);
  }
  return found;
}

describe("what plans and estimates make of it", () => {
  test("a corrected term names the file, keeps what is published, and its law gives its bytes", async () => {
    const document = calibrate(Array.from({ length: 8 }, () => activations(1.5)));
    const { factor, spread } = factorOf(document);
    const [bare, calibrated] = [await calibratedPlan(undefined), await calibratedPlan(document)];
    const [before, after] = [
      term(bare, "chat", "activations"),
      term(calibrated, "chat", "activations"),
    ];
    expect(verifyPlan(calibrated)).toEqual([]);
    expect(after.sources[0]).toBe("here.json");
    expect(after.published).toEqual({
      bytes: before.bytes,
      lowBytes: before.lowBytes,
      highBytes: before.highBytes,
    });
    expect(after.bytes).toBe(Math.round(factor * before.bytes));
    expect(after.highBytes).toBe(
      Math.round(factor * before.bytes * (before.highBytes / before.bytes) ** spread),
    );
    const value = create(all ?? {}, {}).evaluate(after.law, { ...after.values }) as number;
    expect(Math.abs(value - after.bytes)).toBeLessThanOrEqual(1);
    // another card, and another series of versions
    expect(term(calibrated, "other", "activations")).toEqual(term(bare, "other", "activations"));
    expect(term(calibrated, "older", "activations")).toEqual(term(bare, "older", "activations"));
    expect(term(calibrated, "chat", "weights")).toEqual(term(bare, "chat", "weights"));
  });

  test("a calibration that claims to correct weights is not heard", () => {
    const document: CalibrationDocument = {
      ...EMPTY,
      corrections: [
        {
          ...factorOf(calibrate([activations(2)])),
          term: "weights",
          factor: 3,
          computeCapability: "9.0",
        },
      ],
    };
    const model = importPreset("meta-llama/Llama-3.2-1B");
    if (model === undefined) {
      throw new Error("no preset");
    }
    const request = { gpu: "h100-sxm-80gb" };
    expect(estimate(request, model, withCalibration("x", document))).toEqual(
      estimate(request, model),
    );
  });

  test("runs of a calibrated plan say the same of what is published: corrections don't pile up", async () => {
    const once = calibrate([activations(1.5)]);
    const calibrated = await calibratedPlan(once);
    const measured = 1.5 * term(await calibratedPlan(undefined), "chat", "activations").bytes;
    const again = calibrate([report("chat", { activations: measured }, calibrated)]);
    expect(factorOf(again).factor).toBeCloseTo(factorOf(once).factor, 6);
  });
});

test("a contribution names no host, card, path or model of one's own", () => {
  const own: PlanDocument = {
    ...plan,
    deployments: plan.deployments.map((one) => ({ ...one, source: "/home/me/secret-model" })),
  };
  const rows = [
    ...contributions([report("chat", {})]),
    ...contributions([report("large", {}, own)]),
  ];
  expect(rows.map(({ model, gpu, rank }) => [model, gpu, rank])).toEqual([
    ["meta-llama/Llama-3.2-1B", "h100-sxm-80gb", 0],
    [undefined, "h100-sxm-80gb", 0],
    [undefined, "h100-sxm-80gb", 1],
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/box1|GPU-|secret|home|\.log/);
});

test("documents that are none are refused in one sentence", () => {
  const text = JSON.stringify(report("chat", {}));
  expect(readVerifyDocument("r", text)).toMatchObject({ schema: "berth/verify@1" });
  expect(() => readVerifyDocument("r", "{}")).toThrow(/^r: schema: is missing/);
  expect(() => readVerifyDocument("r", text.replace('"inside"', '"beside"'))).toThrow(
    /^r: deployments\[/,
  );
  const bad = { ...EMPTY, corrections: [{ ...factorOf(calibrate([activations(2)])), factor: -1 }] };
  expect(() => readCalibration("c", JSON.stringify(bad))).toThrow(/^c: corrections\[0\].factor: /);
});
