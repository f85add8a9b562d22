import { readFileSync } from "node:fs";
import { type EstimateDocument, type EstimateRequest, estimate, importPreset } from "@berth/core";
import { compareVersions } from "../../packages/core/src/engine/version.ts";
import { type Compared, type Foretold, median } from "../../scripts/docs/accuracy-page.ts";
import { type Check, type HeldOut, leaveOut } from "../../scripts/fits/leave-out.ts";

const GIB = 2 ** 30;

/** What a log printed, in GiB as it stands there, or tokens. */
interface Printed {
  readonly kvTokens?: number;
  readonly kvGiB?: number;
  readonly weightsGiB?: number;
  readonly activationGiB?: number;
  readonly nonTorchGiB?: number;
}

/** A posted start-up log as a request, with what Berth said of its cache before any constant knew the row. */
export interface BootLogRow {
  readonly id: string;
  readonly source: string;
  readonly note: string;
  /** What the log shows of the run and a request can't say, where its memory follows from that. */
  readonly unsaid?: string;
  /** What of the run no law describes: such a row says how Berth fared, and takes no part in what its laws are held to. */
  readonly noLaw?: string;
  readonly request: Omit<EstimateRequest, "id"> & {
    readonly model: string;
    readonly engine: string;
    readonly gpu: string;
    readonly tp?: number;
    readonly engineVersion?: string;
  };
  readonly measured: Printed;
  /** Tokens, or GiB where `measured` has kvGiB alone: value, low, high. */
  readonly foretold: readonly [number, number, number];
}

/** test/measured/boot-logs.jsonl. */
export const allBootLogRows: readonly BootLogRow[] = readFileSync(
  new URL("boot-logs.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as BootLogRow);

/** Those of runs that laws describe. */
export const bootLogRows: readonly BootLogRow[] = allBootLogRows.filter(
  ({ noLaw }) => noLaw === undefined,
);

/** A row's numbers beside what Berth says of them now. */
export function compareRow(row: BootLogRow): readonly Compared[] {
  const { id, measured } = row;
  const document = estimateRow(row);
  const gib = (
    what: string,
    value: number | undefined,
    ours: Pick<Compared, "ours" | "low" | "high" | "laws">,
  ): readonly Compared[] =>
    value === undefined ? [] : [{ id, what, measured: value * GIB, ...ours }];
  const weights = sumOf(document, ["weights"]);
  return [
    ...gib("weights", measured.weightsGiB, weights),
    ...gib("activations", measured.activationGiB, sumOf(document, ["activations", "vision"])),
    ...gib(
      "outside PyTorch",
      measured.nonTorchGiB,
      sumOf(document, ["runtime", "communication", "context"]),
    ),
    { id, what: "KV tokens", ...cacheOf(row, document) },
  ];
}

/** The cache of a row: as foretold, and as Berth says now. */
export function foretoldRow(row: BootLogRow): Foretold {
  const { id, request, measured, foretold } = row;
  const isTokens = measured.kvTokens !== undefined;
  const [ours, low, high] = foretold.map((value) => (isTokens ? value : value * GIB));
  const cache = cacheOf(row, estimateRow(row));
  return {
    id,
    gpu: `${request.tp ?? 1} × ${request.gpu}`,
    model: request.model,
    before: { measured: cache.measured, ours: ours ?? 0, low: low ?? 0, high: high ?? 0 },
    now: cache,
  };
}

/**
 * Rows whose card, family of models or version says nothing of them: what the laws miss is read off the other rows, of
 * the same engine and as many ranks (one or more), and of the same era where there are any. The laws count as two rows
 * that miss nothing; rows of runs that a request can't describe say nothing of others.
 */
export function logsHeldOut(rows: readonly BootLogRow[]): readonly HeldOut[] {
  const foretell = (others: readonly BootLogRow[], group: readonly BootLogRow[]) =>
    group.map((row) => withoutGroup(row, others));
  const kinds: readonly (readonly [string, (row: BootLogRow) => string])[] = [
    ["card", ({ request }) => request.gpu],
    ["family of models", ({ request }) => request.model.split("-")[0] ?? ""],
    ["version", ({ request }) => `${request.engine} ${request.engineVersion}`],
  ];
  return kinds.map(([by, groupOf]) => leaveOut(by, rows, { groupOf, foretell }));
}

function withoutGroup(row: BootLogRow, others: readonly BootLogRow[]): Check {
  const near = [true, false]
    .map((ofEra) =>
      others.filter(
        (other) => other.unsaid === undefined && kindOf(other, ofEra) === kindOf(row, ofEra),
      ),
    )
    .find((found) => found.length > 0);
  const document = estimateRow(row);
  const miss = pooled((near ?? []).map(missedShare)) * heldBytes(document);
  const { measured, ours, low, high } = cacheOf(row, document);
  const shift = 1 - miss / (document.ranks[0]?.kv.budgetBytes ?? 1);
  return {
    error: (shift * ours) / measured - 1,
    isInside: shift * low <= measured && measured <= shift * high,
  };
}

/** The median of what rows miss, drawn to nothing by as much as two rows weigh. */
function pooled(misses: readonly number[]): number {
  return misses.length === 0 ? 0 : (median(misses) * misses.length) / (misses.length + LAWS_WEIGH);
}

const LAWS_WEIGH = 2;

/** What a rank's cache is promised too much, as a share of what the engine holds beside it. */
function missedShare(row: BootLogRow): number {
  const document = estimateRow(row);
  const { measured, ours } = cacheOf(row, document);
  const missed = (document.ranks[0]?.kv.budgetBytes ?? 0) * (1 - measured / ours);
  return missed / heldBytes(document);
}

function heldBytes({ ranks }: EstimateDocument): number {
  return (ranks[0]?.terms ?? [])
    .filter(({ taken }) => taken === "before-kv")
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** vLLM measured what lies outside PyTorch in three ways: V0's, V1's of its first year, and since 0.17. */
function kindOf({ request }: BootLogRow, ofEra: boolean): string {
  const { engine, engineVersion = "", tp = 1 } = request;
  const eras = ["0.8.0", "0.17.0"].filter((from) => compareVersions(engineVersion, from) >= 0);
  return `${engine} ${tp > 1} ${ofEra ? eras.length : ""}`;
}

function estimateRow({ id, request: { model, ...request } }: BootLogRow): EstimateDocument {
  const spec = importPreset(model);
  if (spec === undefined) {
    throw new Error(`${id}: no model ${model}`);
  }
  return estimate({ id, ...request }, spec);
}

type Cache = Pick<Compared, "measured" | "ours" | "low" | "high">;

/** Tokens where a token is printed as one; else the bytes of the cache. */
function cacheOf({ measured }: BootLogRow, document: EstimateDocument): Cache {
  const { kvTokens: ours, kvTokensLow: low, kvTokensHigh: high, ranks } = document;
  if (measured.kvTokens !== undefined) {
    return { measured: measured.kvTokens, ours, low, high };
  }
  const budget = ranks[0]?.kv.budgetBytes ?? 0;
  return {
    measured: (measured.kvGiB ?? 0) * GIB,
    ours: budget,
    low: (budget * low) / ours,
    high: (budget * high) / ours,
  };
}

/** Terms that an engine counts before it sizes its cache. */
function sumOf(
  { ranks }: EstimateDocument,
  ids: readonly string[],
): Pick<Compared, "ours" | "low" | "high" | "laws"> {
  const terms = (ranks[0]?.terms ?? []).filter(
    ({ id, taken }) => ids.includes(id) && taken === "before-kv",
  );
  const sum = (key: "bytes" | "lowBytes" | "highBytes"): number =>
    terms.reduce((total, term) => total + term[key], 0);
  const laws = terms.map(({ id, law }) => ({ id, law }));
  return { ours: sum("bytes"), low: sum("lowBytes"), high: sum("highBytes"), laws };
}
