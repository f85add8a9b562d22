import {
  type EngineFact,
  type EngineSpec,
  type FactQuery,
  findFact,
  needFact,
} from "../engine/engine.ts";
import { MIB } from "../units/units.ts";
import type { MemoryTerm, TermId } from "./breakdown.ts";
import { empiricalTerm } from "./term.ts";

export interface OverheadLoad {
  readonly query: FactQuery;
  readonly layers: number;
  /** Rows of the output head that a rank computes logits for. */
  readonly vocab: number;
  readonly weightBytes: number;
  readonly ranks: number;
  readonly tp: number;
  readonly hasPeerToPeer: boolean;
  readonly maxBatchSize: number;
  readonly maxSeqLen: number;
}

/** What an engine holds on a GPU besides weights, activations and KV cache. */
export function overheadTerms(engine: EngineSpec, load: OverheadLoad): readonly MemoryTerm[] {
  return [
    constantTerm("context", needFact(engine, "contextMiB", load.query)),
    runtimeTerm(engine, load),
    ...decoderTerms(engine, load),
    ...communicationTerms(engine, load),
    ...graphTerms(engine, load),
    { ...constantTerm("headroom", needFact(engine, "afterKvMiB", load.query)), taken: "after-kv" },
  ];
}

function constantTerm(id: TermId, fact: EngineFact): MemoryTerm {
  return empiricalTerm({
    id,
    of: (bound) => fact[bound] * MIB,
    law: "mib * 2^20",
    values: { mib: fact.value },
    facts: [fact],
  });
}

/**
 * Libraries, workspaces and allocator residue, and in the engine era the buffers that grow with
 * max_batch_size: logits copies of batch · vocabulary, and index tables of batch · max_seq_len
 * (reference/trtllm-memory.md, section 1.4). 4 bytes an element in both.
 */
function runtimeTerm(engine: EngineSpec, load: OverheadLoad): MemoryTerm {
  const base = needFact(engine, "runtimeMiB", load.query);
  const residue = needFact(engine, "weightResidueShare", load.query);
  const logits = needFact(engine, "runtimeLogitsCopies", load.query);
  const sequences = needFact(engine, "runtimeSequenceCopies", load.query);
  const { weightBytes, maxBatchSize, vocab, maxSeqLen } = load;
  return empiricalTerm({
    id: "runtime",
    of: (bound) =>
      base[bound] * MIB +
      residue[bound] * weightBytes +
      4 * maxBatchSize * (logits[bound] * vocab + sequences[bound] * maxSeqLen),
    law: "base_mib * 2^20 + residue * weights + 4 * batch * (logits_copies * vocab + sequence_copies * max_seq_len)",
    values: {
      base_mib: base.value,
      residue: residue.value,
      weights: weightBytes,
      batch: maxBatchSize,
      logits_copies: logits.value,
      vocab,
      sequence_copies: sequences.value,
      max_seq_len: maxSeqLen,
    },
    facts: [base, residue, logits, sequences].filter((fact) => fact.high > 0),
  });
}

/** The C++ decoder's copies of batch · vocabulary logits in FP32; the PyTorch sampler has none. */
function decoderTerms(
  engine: EngineSpec,
  { query, maxBatchSize, vocab }: OverheadLoad,
): readonly MemoryTerm[] {
  const copies = findFact(engine, "decoderLogitsCopies", query);
  return copies === undefined
    ? []
    : [
        empiricalTerm({
          id: "decoder",
          of: (bound) => copies[bound] * 4 * maxBatchSize * vocab,
          law: "copies * 4 * batch * vocab",
          values: { copies: copies.value, batch: maxBatchSize, vocab },
          facts: [copies],
        }),
      ];
}

/** NCCL's communicator on each rank, and the custom all-reduce workspace where all peers read each other. */
function communicationTerms(
  engine: EngineSpec,
  { query, ranks, tp, hasPeerToPeer }: OverheadLoad,
): readonly MemoryTerm[] {
  if (ranks === 1) {
    return [];
  }
  const nccl = needFact(engine, hasPeerToPeer ? "ncclPeerToPeerMiB" : "ncclHostMiB", query);
  const workspace =
    tp > 1 && hasPeerToPeer ? findFact(engine, "allReduceWorkspaceMiB", query) : undefined;
  return [
    empiricalTerm({
      id: "communication",
      of: (bound) => (nccl[bound] + (workspace?.[bound] ?? 0)) * MIB,
      law: "(nccl_mib + workspace_mib) * 2^20",
      values: { nccl_mib: nccl.value, workspace_mib: workspace?.value ?? 0 },
      facts: workspace === undefined ? [nccl] : [nccl, workspace],
    }),
  ];
}

function graphTerms(
  engine: EngineSpec,
  { query, layers, maxBatchSize }: OverheadLoad,
): readonly MemoryTerm[] {
  const perLayer = findFact(engine, "graphMiBPerLayer", query);
  if (perLayer === undefined) {
    return [];
  }
  const graphs = capturedGraphs(maxBatchSize);
  return [
    empiricalTerm({
      id: "graphs",
      of: (bound) => perLayer[bound] * layers * graphs * MIB,
      law: "per_layer_mib * layers * graphs * 2^20",
      values: { per_layer_mib: perLayer.value, layers, graphs },
      facts: [perLayer],
    }),
  ];
}

/** Largest batch that a CUDA graph is captured for by default (cuda_graph_config.max_batch_size). */
const LARGEST_GRAPH = 128;

/** CUDA graphs that TensorRT-LLM captures: batch sizes 1, 2, 4 and every 8 up to 128, none above max_batch_size. */
export function capturedGraphs(maxBatchSize: number): number {
  const most = Math.min(maxBatchSize, LARGEST_GRAPH);
  return [1, 2, 4].filter((size) => size <= most).length + Math.floor(most / 8);
}
