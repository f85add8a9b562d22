import type { EstimateDocument } from "@berth/core";

type EstimateRank = EstimateDocument["ranks"][number];

/** Where the ranks go. Inside a string its quotes would be escaped, so it stands for a key only. */
const NO_RANKS = '"ranks":[]';

/**
 * What JSON.stringify gives, in a third of the time: tensor-parallel ranks of a pipeline stage differ in their
 * number only, and most of an estimate is its ranks.
 */
export function estimateJson(estimate: EstimateDocument): string {
  const frame = JSON.stringify({ ...estimate, ranks: [] });
  const at = frame.indexOf(NO_RANKS);
  const ranks = ranksJson(estimate.ranks);
  return `${frame.slice(0, at)}"ranks":[${ranks}]${frame.slice(at + NO_RANKS.length)}`;
}

function ranksJson(ranks: readonly EstimateRank[]): string {
  let json = "";
  let before: EstimateRank | undefined;
  let tail = "";
  for (const rank of ranks) {
    const start = `{"rank":${rank.rank},`;
    if (rank.terms !== before?.terms || rank.kv !== before.kv) {
      tail = JSON.stringify(rank).slice(start.length);
    }
    json += `${json === "" ? "" : ","}${start}${tail}`;
    before = rank;
  }
  return json;
}
