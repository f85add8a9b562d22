import type { EngineId } from "../engine/engine.ts";
import type { LogTerm } from "../logs/log-document.ts";

/**
 * What a number of an engine's log is of the plan:
 * - `terms`: the sum of these terms; `onCard`: and of all that others hold on the card
 * - `buffers`: the part of the runtime term that grows with the batch
 * - `kv`: the pool, with the state that the engine keeps beside it
 * - `free`: free memory less these terms, of which the plan counts on so much at least
 * - `kv-budget`: what the KV cache may take, which must be as much as planned at least
 * - `total`: what CUDA sees of the card
 */
export type Measure =
  | { readonly kind: "terms"; readonly terms: readonly string[]; readonly onCard?: boolean }
  | { readonly kind: "buffers" }
  | { readonly kind: "kv" }
  | { readonly kind: "free"; readonly less: readonly string[] | "before-kv" }
  | { readonly kind: "kv-budget" }
  | { readonly kind: "total" };

const weights: Measure = { kind: "terms", terms: ["weights"] };
/** A profile run holds the encoder of a model with a vision tower too. */
const profiled: Measure = { kind: "terms", terms: ["activations", "vision"] };
const graphs: Measure = { kind: "terms", terms: ["graphs"] };
const kv: Measure = { kind: "kv" };
const total: Measure = { kind: "total" };
const kvBudget: Measure = { kind: "kv-budget" };

/** The lines that each engine has, as parts of the plan. */
export const MEASURES: Readonly<Record<EngineId, Partial<Record<LogTerm, Measure>>>> = {
  "tensorrt-llm": {
    weights,
    activations: profiled,
    // read device-wide at the end of the dry run (reference/trtllm-memory.md, section 2.2)
    "outside-torch": {
      kind: "terms",
      terms: ["context", "runtime", "communication", "graphs"],
      onCard: true,
    },
    kv,
    "kv-budget": kvBudget,
    "device-total": total,
  },
  "tensorrt-llm-engine": {
    weights,
    activations: { kind: "terms", terms: ["activations"] },
    "runtime-buffers": { kind: "buffers" },
    decoder: { kind: "terms", terms: ["decoder"] },
    "free-for-kv": { kind: "free", less: "before-kv" },
    kv,
    "device-total": total,
  },
  vllm: {
    weights,
    activations: profiled,
    // V1 begins to measure after the CUDA context
    "outside-torch": { kind: "terms", terms: ["runtime", "communication"] },
    graphs,
    "free-at-start": { kind: "free", less: ["context"] },
    kv,
    "kv-budget": kvBudget,
    "device-total": total,
  },
  sglang: {
    weights,
    "free-before-load": { kind: "free", less: ["context", "communication"] },
    graphs,
    kv,
    state: kv,
  },
  "llama.cpp": {
    weights,
    activations: { kind: "terms", terms: ["activations"] },
    kv,
    state: kv,
  },
};
