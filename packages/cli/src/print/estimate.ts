import {
  type EstimateDocument,
  type EstimateRank,
  formatCount,
  formatGib,
  formatParameters,
} from "@berth/core";
import { type Look, paint } from "./look.ts";
import { printTable } from "./table.ts";
import { termSize } from "./terms.ts";

/** An estimate for people: what each rank holds, and what is left for the KV cache. */
export function printEstimate(document: EstimateDocument, look: Look): string {
  const { model, engine, ranks } = document;
  const head = `${paint(look, "bold", model.id)}: ${formatParameters(model.parameters.total)} parameters, ${document.quantization}, KV cache ${document.kvCacheDtype}, ${engine.id} ${engine.version}`;
  const limits = `up to ${formatCount(document.maxBatchSize)} sequences and ${formatCount(document.maxNumTokens)} tokens a step, sequences of ${formatCount(document.maxSeqLen)} tokens`;
  const isCut = ranks.some(({ layers }) => layers !== ranks[0]?.layers);
  // an engine without a fraction takes what is asked for, and leaves the rest of the room
  const cache = document.kvFraction === undefined ? "room for KV" : "KV cache";
  return [
    `${head}\n  ${limits}\n`,
    ...distinctRanks(ranks).map((group) => printRank(group, { look, isCut, cache })),
    printAnswer(document, look),
    ...document.warnings.map((warning) => `  ${paint(look, "yellow", "warning")}: ${warning}\n`),
  ].join("\n");
}

interface RankGroup {
  readonly rank: EstimateRank;
  readonly numbers: readonly number[];
}

/** Ranks that hold the same are shown once. */
function distinctRanks(ranks: readonly EstimateRank[]): readonly RankGroup[] {
  const groups = new Map<string, RankGroup>();
  for (const rank of ranks) {
    const key = JSON.stringify({ ...rank, rank: 0 });
    const numbers = groups.get(key)?.numbers ?? [];
    groups.set(key, { rank, numbers: [...numbers, rank.rank] });
  }
  return [...groups.values()];
}

/** What a rank holds; how many layers is said where not all ranks have equally many. */
function printRank(
  { rank, numbers }: RankGroup,
  { look, isCut, cache }: { readonly look: Look; readonly isCut: boolean; readonly cache: string },
): string {
  const layers = isCut ? `, ${rank.layers} ${rank.layers === 1 ? "layer" : "layers"}` : "";
  const title = `rank ${numbers.join(", ")} on ${rank.gpu}, ${formatGib(rank.memoryBytes)}${layers}`;
  const rows = [
    ...rank.terms.map((term) => [term.id, termSize(term), term.basis]),
    [cache, formatGib(rank.kv.budgetBytes), kvText(rank)],
  ];
  return `${paint(look, "bold", title)}\n${printTable(
    [{ title: "term" }, { title: "size" }, { title: "basis" }],
    rows,
    look,
  )}`;
}

function kvText({ kv }: EstimateRank): string {
  if (kv.bytesPerToken === 0) {
    return "no layer here keeps any";
  }
  return `${formatCount(kv.tokens)} tokens of ${formatCount(kv.bytesPerToken)} B in ${formatCount(kv.blocks)} blocks`;
}

function printAnswer(document: EstimateDocument, look: Look): string {
  const { fits, kvTokens, kvTokensLow, kvTokensHigh, maxSequences, reasons } = document;
  if (!fits) {
    const why = reasons.map(({ text }) => `  ${text}\n`).join("");
    return `${paint(look, "red", "does not fit")}\n${why}`;
  }
  return `${paint(look, "green", "fits")}: ${formatCount(kvTokens)} tokens of KV cache (${formatCount(kvTokensLow)} to ${formatCount(kvTokensHigh)}), ${formatCount(maxSequences)} sequences of ${formatCount(document.maxSeqLen)}\n`;
}
