import type { Basis } from "../report/sourced.ts";
import type { Bytes } from "../units/units.ts";
import type { CrossKv } from "./cross-kv.ts";

/** What holds memory on a GPU. KV cache is not among them: it takes what a fraction leaves it. */
export type TermId =
  | "weights"
  | "activations"
  | "vision"
  | "draft"
  | "runtime"
  | "decoder"
  | "context"
  | "communication"
  | "graphs"
  | "state"
  | "headroom";

/**
 * One named part of what an engine holds on one GPU. `low` and `high` bound it: 95 % of cases are
 * meant to fall inside. A plan counts `high`.
 */
export interface MemoryTerm {
  readonly id: TermId;
  readonly bytes: Bytes;
  readonly low: Bytes;
  readonly high: Bytes;
  readonly basis: Basis;
  /** A mathjs expression over `values` that gives `bytes`. */
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
  /** Ids of data/sources.json. */
  readonly sources: readonly string[];
  /** Held when the engine sizes its KV cache ("before"), or taken only afterwards ("after"). */
  readonly taken: "before-kv" | "after-kv";
  /** What is published, where the user's own runs correct it. */
  readonly published?: Pick<MemoryTerm, "bytes" | "low" | "high">;
}

/** What one rank of one engine holds besides KV cache, and what a token of KV cache costs on it. */
export interface RankMemory {
  readonly rank: number;
  readonly terms: readonly MemoryTerm[];
  readonly kvBytesPerToken: number;
  /** What it keeps of another sequence; absent without cross-attention. */
  readonly cross?: CrossKv;
}

/** Bytes of the terms on one side of the KV cache, at the value or at a bound. */
export function termBytes(
  terms: readonly MemoryTerm[],
  taken: MemoryTerm["taken"] | "any",
  which: "bytes" | "low" | "high",
): number {
  return terms
    .filter((term) => taken === "any" || term.taken === taken)
    .reduce((sum, term) => sum + term[which], 0);
}
