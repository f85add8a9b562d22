import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type EstimateDocument,
  type EstimateRequest,
  estimate,
  importModelFiles,
  importPreset,
} from "@berth/core";
import { describe, expect, test } from "vitest";
import { accuracyPage, type Compared, median } from "../scripts/docs/accuracy-page.ts";
import { isHeldBack } from "../scripts/fit-grid.ts";
import { faring } from "../scripts/fits/leave-out.ts";
import { type CapacityRow, capacityRows } from "../scripts/fits/trtllm.ts";
import { trtllmHeldOut } from "../scripts/fits/trtllm-held-out.ts";
import { profileRows } from "../scripts/fits/vllm.ts";
import { vllmHeldOut } from "../scripts/fits/vllm-held-out.ts";
import { type BootLog, modelOf, requestOf } from "./measured/boot-log-requests.ts";
import {
  allBootLogRows,
  bootLogRows,
  compareRow,
  foretoldRow,
  logsHeldOut,
} from "./measured/boot-log-rows.ts";

// Every posted start-up log of trust A that states enough is asked as an estimate. Errors are printed.

const TRUTH = new URL("../../shared/truth/", import.meta.url);
const isThere = existsSync(TRUTH);
const GIB = 2 ** 30;
const MIB = 2 ** 20;

type Spec = NonNullable<ReturnType<typeof importPreset>>;

const logs = linesOf<BootLog>("boot-logs.jsonl").filter(({ trust }) => trust === "A");
const unasked: string[] = [];
const unknown: string[] = [];
const withoutLaw = allBootLogRows.flatMap(({ id, noLaw }) =>
  noLaw === undefined ? [] : [`${id}: ${noLaw}`],
);
const comparisons = [
  ...logs.flatMap(compareLog),
  ...linesOf<Case>("boot-log-cases.jsonl")
    .filter(({ id }) => id.startsWith("llmd"))
    .flatMap(compareCase),
  ...bootLogRows.flatMap(compareRow),
];
/** Measured numbers of sequences: each leaves open a part of one. */
const capacities = linesOf<CapacityRow>("trtllm-capacity.jsonl").map(compareCapacity);
const capacitiesHeldOut = trtllmHeldOut(capacityRows());
const profilesHeldOut = vllmHeldOut(profileRows);
const errorOf = ({ ours, measured }: Pick<Compared, "ours" | "measured">): number =>
  ours / measured - 1;
const of = (what: string): readonly Compared[] =>
  comparisons.filter((comparison) => comparison.what === what);

const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`;

function linesOf<T>(file: string): readonly T[] {
  return isThere
    ? readFileSync(new URL(file, TRUTH), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as T)
    : [];
}

/** The catalogue's model, or the published config beside the logs; undefined for one that can't be read yet. */
function specOf(model: string): Spec | undefined {
  const config = new URL(`configs/${model.replace("/", "--")}.json`, TRUTH);
  const preset = importPreset(model);
  if (preset !== undefined || !existsSync(config)) {
    return preset;
  }
  try {
    const files = { "config.json": readFileSync(config, "utf8") };
    return importModelFiles({ path: model, files });
  } catch {
    return undefined;
  }
}

function compareLog(log: BootLog): readonly Compared[] {
  const asked = requestOf(log);
  if ("why" in asked) {
    unasked.push(`${log.id}: ${asked.why}`);
    return [];
  }
  const spec = specOf(modelOf(log));
  if (spec === undefined) {
    unknown.push(`${log.id}: ${log.model}`);
    return [];
  }
  return [...compare(log, estimate(asked.request, spec))];
}

/** A published run as a ready request (boot-log-cases.jsonl). */
interface Case {
  readonly id: string;
  readonly request: EstimateRequest & { readonly model: string };
  readonly expect: { readonly kvTokens?: number; readonly weightsGiB?: number };
}

function compareCase({
  id,
  request: { model, ...request },
  expect: printed,
}: Case): readonly Compared[] {
  const document = estimate({ id, ...request }, needSpec(model));
  const weights = document.ranks[0]?.terms.find((term) => term.id === "weights")?.bytes ?? 0;
  return [
    ...(printed.kvTokens === undefined
      ? []
      : [{ id, what: "KV tokens", measured: printed.kvTokens, ...kvOf(document) }]),
    ...(printed.weightsGiB === undefined
      ? []
      : [
          {
            id,
            what: "weights",
            measured: printed.weightsGiB * GIB,
            ours: weights,
            low: weights,
            high: weights,
          },
        ]),
  ];
}

function compareCapacity(row: CapacityRow, i: number): Compared {
  const document = estimate(
    {
      id: row.id,
      gpu: row.gpu,
      tp: row.tp,
      kvCacheDtype: "bf16",
      maxSeqLen: row.max_seq_len,
      maxNumTokens: row.max_num_tokens,
      kvFraction: row.kv_fraction,
    },
    needSpec(row.model),
  );
  const { ours, low, high } = kvOf(document);
  const sequences = (tokens: number): number => Math.floor((tokens * document.maxSequences) / ours);
  return {
    id: row.id,
    what: "sequences",
    measured: row.max_sequences,
    ours: document.maxSequences,
    low: sequences(low),
    high: Math.ceil((high * document.maxSequences) / ours),
    fit: isHeldBack(i) ? "held back" : "fitted",
  };
}

function kvOf(document: EstimateDocument): Pick<Compared, "ours" | "low" | "high"> {
  const { kvTokens: ours, kvTokensLow: low, kvTokensHigh: high } = document;
  return { ours, low, high };
}

function needSpec(model: string): Spec {
  const spec = specOf(model);
  if (spec === undefined) {
    throw new Error(`no model ${model}`);
  }
  return spec;
}

function* compare(log: BootLog, document: EstimateDocument): Generator<Compared> {
  const { measured } = log;
  const term = (...ids: readonly string[]): Omit<Compared, "id" | "what" | "measured"> => {
    const terms =
      document.ranks[0]?.terms.filter(
        (each) => ids.includes(each.id) && each.taken === "before-kv",
      ) ?? [];
    const sum = (key: "bytes" | "lowBytes" | "highBytes"): number =>
      terms.reduce((total, each) => total + each[key], 0);
    return { ours: sum("bytes"), low: sum("lowBytes"), high: sum("highBytes") };
  };
  const row = (
    what: string,
    value: number | undefined,
    ours: Omit<Compared, "id" | "what" | "measured">,
  ): readonly Compared[] =>
    value === undefined ? [] : [{ id: log.id, what, measured: value, ...ours }];
  yield* row("weights", bytesOf(measured, "weights"), term("weights"));
  yield* row("activations", bytesOf(measured, "activation"), term("activations"));
  yield* row("activations", bytesOf(measured, "exec_context"), term("activations"));
  yield* row(
    "outside PyTorch",
    bytesOf(measured, "nontorch"),
    term("runtime", "communication", "context"),
  );
  yield* row("decoder", bytesOf(measured, "decoder"), term("decoder"));
  yield* row("KV tokens", tokensOf(log, document), kvOf(document));
  yield* row("KV bytes a token", kvBytesPerToken(log), {
    ours: document.ranks[0]?.kv.bytesPerToken ?? 0,
    low: 0,
    high: 0,
  });
}

/** "weights" of "weights_gib": 14.96 or "weights_bytes", "decoder" of "decoder_gb", which is GiB in these logs. */
function bytesOf(measured: BootLog["measured"], name: string): number | undefined {
  const units = { bytes: 1, mib: MIB, mb: MIB, gib: GIB, gb: GIB };
  const [first] = Object.entries(units).flatMap(([unit, factor]) => {
    const value = measured[`${name}_${unit}`];
    return value === undefined || value <= 0 ? [] : [value * factor];
  });
  return first;
}

function tokensOf({ measured, derived }: BootLog, document: EstimateDocument): number | undefined {
  const { kv_tokens, kv_blocks, kv_gib } = measured;
  const perToken = derived?.kv_bytes_per_token ?? document.ranks[0]?.kv.bytesPerToken;
  if (kv_tokens !== undefined || perToken === undefined) {
    return kv_tokens;
  }
  return kv_blocks === undefined
    ? kv_gib && (kv_gib * GIB) / perToken
    : kv_blocks * document.tokensPerBlock;
}

/**
 * Only where the logs print enough digits: below 1 GiB, two decimals are worse than 1 %. And only where a printed token
 * is one: some versions print blocks over groups of layers, so that each has the bytes of several.
 */
function kvBytesPerToken(log: BootLog): number | undefined {
  const { measured, derived, kv_tokens_semantics = "" } = log;
  const isToken = !kv_tokens_semantics.startsWith("hybrid");
  return isToken && (measured["kv_gib"] ?? 0) > 1 ? derived?.kv_bytes_per_token : undefined;
}

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

describe.skipIf(!isThere)("posted start-up logs", () => {
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

  test.skipIf(!isThere)("TensorRT-LLM", () => {
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

  test.skipIf(!isThere).each(capacitiesHeldOut)("TensorRT-LLM's capacities, by $by", (kind) => {
    const { median: size, over, inside } = faring(kind);
    expect(size).toBeLessThanOrEqual(0.03);
    expect(over).toBeLessThanOrEqual(0.05);
    expect(inside).toBeGreaterThanOrEqual(0.9);
  });
});
