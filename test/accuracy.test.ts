import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { accuracyPage, type Compared, errorOf, median } from "../scripts/docs/accuracy-page.ts";
import { faring } from "../scripts/fits/leave-out.ts";
import { capacityRows } from "../scripts/fits/trtllm.ts";
import { trtllmHeldOut } from "../scripts/fits/trtllm-held-out.ts";
import { profileRows } from "../scripts/fits/vllm.ts";
import { vllmHeldOut } from "../scripts/fits/vllm-held-out.ts";
import { allBootLogRows, bootLogRows, foretoldRow, logsHeldOut } from "./measured/boot-log-rows.ts";
import {
  capacities,
  comparisons,
  isTruthThere,
  logs,
  unasked,
  unknown,
} from "./measured/log-comparisons.ts";

const GIB = 2 ** 30;
const MIB = 2 ** 20;

const withoutLaw = allBootLogRows.flatMap(({ id, noLaw }) =>
  noLaw === undefined ? [] : [`${id}: ${noLaw}`],
);
const capacitiesHeldOut = trtllmHeldOut(capacityRows());
const profilesHeldOut = vllmHeldOut(profileRows);
const of = (what: string): readonly Compared[] =>
  comparisons.filter((comparison) => comparison.what === what);

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;

function table(): string {
  const rows = comparisons.map(
    (each) =>
      `${each.id.padEnd(10)} ${each.what.padEnd(17)} ${(100 * errorOf(each)).toFixed(2).padStart(8)} %  ${shown(each.measured)} measured, ${shown(each.ours)} ours [${shown(each.low)}, ${shown(each.high)}]`,
  );
  return [
    ...rows,
    `not asked (${unasked.length}):`,
    ...unasked.map((line) => `  ${line}`),
    `models that can't be read yet (${unknown.length}):`,
    ...unknown.map((line) => `  ${line}`),
  ].join("\n");
}

function shown(value: number): string {
  return value > MIB * 8 ? `${(value / GIB).toFixed(2)} GiB` : String(Math.round(value));
}

describe.skipIf(!isTruthThere)("posted start-up logs", () => {
  test("errors", () => {
    console.log(table());
    expect(of("KV tokens").length).toBeGreaterThanOrEqual(8);
    expect(of("weights").length).toBeGreaterThanOrEqual(5);
    expect(unasked.length + unknown.length).toBeLessThan(logs.length);
  });

  // UPDATE_DOCS=1 writes it anew
  test("docs/accuracy.md shows them", () => {
    const path = new URL("../docs/accuracy.md", import.meta.url);
    const page = accuracyPage(
      comparisons,
      capacities,
      [...unasked, ...unknown, ...withoutLaw],
      allBootLogRows.map(foretoldRow),
      [
        ...capacitiesHeldOut.map((kind) => ({ what: "sequences, TensorRT-LLM", kind })),
        ...profilesHeldOut.map((kind) => ({ what: "activations, vLLM", kind })),
        ...logsHeldOut(bootLogRows).map((kind) => ({ what: "KV cache, logs above", kind })),
      ],
    );
    if (process.env["UPDATE_DOCS"] === "1") {
      writeFileSync(path, page);
    }
    expect(page).toBe(readFileSync(path, "utf8"));
  });

  test("the README says how far off they are", () => {
    const text = readFileSync(new URL("../README.md", import.meta.url), "utf8").replace(
      /\s+/g,
      " ",
    );
    const sizes = (rows: readonly Compared[]) => rows.map((each) => Math.abs(errorOf(each)));
    const held = capacities.filter(({ fit }) => fit === "held back");
    const [all, apart] = [capacities, held].map((rows) => percent(average(sizes(rows)), 2));
    expect(text).toContain(`Against ${capacities.length} capacities that NVIDIA measured`);
    expect(text).toContain(`the mean error is ${all}, and ${apart} on the ${held.length} that`);
    const kv = of("KV tokens");
    const foretold = allBootLogRows.map(foretoldRow).map(({ before }) => before);
    expect(text).toContain(`Against ${kv.length} posted start-up logs`);
    expect(text).toContain(
      `is ${percent(median(sizes(kv)), 1)} off in the median, and ${percent(Math.max(...kv.map(errorOf)), 1)} too large at the most.`,
    );
    const inside = foretold.filter(
      ({ measured, low, high }) => low <= measured && measured <= high,
    );
    expect(text).toContain(`${foretold.length} were looked for when the constants stood`);
    expect(text).toContain(
      `foretold: ${percent(median(foretold.map((said) => Math.abs(errorOf(said)))), 1)} off in the median, ${inside.length} of them inside`,
    );
  });

  test("KV tokens: at most 3 % in the median, never 5 % more than there is", () => {
    const errors = of("KV tokens").map(errorOf);
    expect(median(errors.map(Math.abs))).toBeLessThanOrEqual(0.03);
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.05);
  });

  test("weights: at most 0.5 % in the median", () => {
    expect(median(of("weights").map((each) => Math.abs(errorOf(each))))).toBeLessThanOrEqual(0.005);
  });

  test("sequences that TensorRT-LLM held: 1.2 % on average, never 2 % too many", () => {
    const errors = capacities.map(errorOf);
    expect(average(errors.map(Math.abs))).toBeLessThanOrEqual(0.012);
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.02);
  });

  test("90 % of what was measured lies inside the bounds", () => {
    const bounded = [...comparisons, ...capacities].filter(({ low, high }) => high > low);
    const inside = bounded.filter(({ measured, low, high }) => low <= measured && measured <= high);
    expect(bounded.length).toBeGreaterThanOrEqual(50);
    expect(inside.length / bounded.length).toBeGreaterThanOrEqual(0.9);
  });
});

/** Constants that a fit script prints: "  name  value" a line. */
function fitted(script: string): Readonly<Record<string, number>> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const run = spawnSync("node_modules/.bin/tsx", [`scripts/${script}`, "--fit-only"], {
    cwd: root,
    encoding: "utf8",
  });
  const lines = run.stdout
    .split("\n")
    .flatMap((line) => /^ {2}([a-zA-Z].*?) +([\d.]+)$/.exec(line) ?? []);
  return Object.fromEntries(
    lines.flatMap((_, i) => (i % 3 === 0 ? [[lines[i + 1] ?? "", Number(lines[i + 2])]] : [])),
  );
}

interface Fact {
  readonly fact: string;
  readonly value: readonly [number, number, number];
  readonly computeCapability?: string;
  readonly quantization?: string;
  readonly before?: string;
  readonly from?: string;
}

function factOf(engine: string, fact: string, conditions: Partial<Fact> = {}): number | undefined {
  const file = new URL(`../data/engines/${engine}.json`, import.meta.url);
  const { facts } = JSON.parse(readFileSync(file, "utf8")) as { readonly facts: readonly Fact[] };
  return facts.find(
    (each) =>
      each.fact === fact &&
      (["computeCapability", "quantization", "before", "from"] as const).every(
        (key) => each[key] === conditions[key],
      ),
  )?.value[0];
}

describe("data/engines holds what the fit scripts print", () => {
  test("vLLM", () => {
    const printed = fitted("fit-vllm.ts");
    const fact = (name: string, conditions?: Partial<Fact>) => factOf("vllm", name, conditions);
    expect(printed).toEqual({
      newSampler: fact("samplerLogitsCopies", { before: "0.22.0" }),
      newSamplerBaseMiB: fact("samplerBaseMiB", { from: "0.17.0" }),
      oldSampler: fact("samplerLogitsCopies", { before: "0.17.0" }),
      hidden: fact("activationHiddenCopies"),
      hiddenV0: fact("activationHiddenCopies", { before: "0.8.0" }),
      expertWidth: fact("expertWidthCopies"),
      expertHidden: fact("expertHiddenCopies"),
      stages: fact("stageHiddenCopies"),
    });
  });

  test.skipIf(!isTruthThere)("TensorRT-LLM", () => {
    const printed = fitted("fit-trtllm.ts");
    const fact = (name: string, conditions?: Partial<Fact>) =>
      factOf("tensorrt-llm", name, conditions);
    expect(printed).toEqual({
      "runtimeMiB 9.0": fact("runtimeMiB", { computeCapability: "9.0" }),
      "runtimeMiB 10.3": fact("runtimeMiB", { computeCapability: "10.3" }),
      "weightResidueShare fp8-block": fact("weightResidueShare", { quantization: "fp8-block" }),
      activationHiddenCopies: fact("activationHiddenCopies"),
      activationFeedForwardCopies: fact("activationFeedForwardCopies"),
      "ncclPeerToPeerMiB 10.3": fact("ncclPeerToPeerMiB", { computeCapability: "10.3" }),
      graphMiBPerLayer: fact("graphMiBPerLayer"),
    });
  });
});

describe("rows whose group was left out of a fit", () => {
  // activations are a tenth of a cache or less: 5 % of it is half of them
  test.each(profilesHeldOut)("vLLM's activations, by $by", (kind) => {
    const { median: size, over, inside } = faring(kind);
    expect(size).toBeLessThanOrEqual(0.03);
    expect(over).toBeLessThanOrEqual(0.5);
    expect(inside).toBeGreaterThanOrEqual(0.9);
  });

  test.skipIf(!isTruthThere).each(capacitiesHeldOut)(
    "TensorRT-LLM's capacities, by $by",
    (kind) => {
      const { median: size, over, inside } = faring(kind);
      expect(size).toBeLessThanOrEqual(0.03);
      expect(over).toBeLessThanOrEqual(0.05);
      expect(inside).toBeGreaterThanOrEqual(0.9);
    },
  );
});
