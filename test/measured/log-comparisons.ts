import { existsSync, readFileSync } from "node:fs";
import {
  type EstimateDocument,
  type EstimateRequest,
  estimate,
  importModelFiles,
  importPreset,
} from "@berth/core";
import type { Compared } from "../../scripts/docs/accuracy-page.ts";
import { isHeldBack } from "../../scripts/fit-grid.ts";
import { type CapacityRow, capacityRows } from "../../scripts/fits/trtllm.ts";
import { type BootLog, modelOf, requestOf } from "./boot-log-requests.ts";
import { bootLogRows, compareRow } from "./boot-log-rows.ts";

// Every posted start-up log of trust A that states enough is asked as an estimate.

const TRUTH = new URL("../../../shared/truth/", import.meta.url);
/** False where the measurements of others are not beside the checkout. */
export const isTruthThere = existsSync(TRUTH);
const GIB = 2 ** 30;
const MIB = 2 ** 20;

type Spec = NonNullable<ReturnType<typeof importPreset>>;

/** Posted logs of trust A. */
export const logs: readonly BootLog[] = linesOf<BootLog>("boot-logs.jsonl").filter(
  ({ trust }) => trust === "A",
);
/** Logs that do not say enough to be asked, and why. */
export const unasked: string[] = [];
/** Logs whose model's files are not public. */
export const unknown: string[] = [];
/** What logs printed beside what is said of them. */
export const comparisons: readonly Compared[] = [
  ...logs.flatMap(compareLog),
  ...linesOf<Case>("boot-log-cases.jsonl")
    .filter(({ id }) => id.startsWith("llmd"))
    .flatMap(compareCase),
  ...bootLogRows.flatMap(compareRow),
];
/** Measured numbers of sequences: each leaves open a part of one. */
export const capacities: readonly Compared[] = capacityRows().map(compareCapacity);

function linesOf<T>(file: string): readonly T[] {
  return isTruthThere
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
  const term = document.ranks[0]?.terms.find(({ id: own }) => own === "weights");
  const weights = term?.bytes ?? 0;
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
            laws: term === undefined ? [] : [{ id: term.id, law: term.law }],
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
    const laws = terms.map(({ id, law }) => ({ id, law }));
    return { ours: sum("bytes"), low: sum("lowBytes"), high: sum("highBytes"), laws };
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
