import type { EngineFact, FactTable } from "../engine/facts.ts";
import { MIB } from "../units/units.ts";
import { batchLaw, beamValues } from "./beams.ts";
import type { MemoryTerm, TermId } from "./breakdown.ts";
import { communicationTerms } from "./communication.ts";
import { keepTerms } from "./kept-terms.ts";
import { type RuntimeLoad, runtimeTerm } from "./runtime-term.ts";
import { empiricalTerm } from "./term.ts";

export interface OverheadLoad extends RuntimeLoad {
  readonly layers: number;
  readonly ranks: number;
  readonly tp: number;
  readonly hasPeerToPeer: boolean;
}

/** What an engine holds on a GPU besides weights, activations and KV cache. */
export function overheadTerms(facts: FactTable, load: OverheadLoad): readonly MemoryTerm[] {
  return [
    constantTerm("context", facts.need("contextMiB")),
    runtimeTerm(facts, load),
    ...decoderTerms(facts, load),
    ...communicationTerms(facts, load),
    ...graphTerms(facts, load),
    constantTerm("headroom", facts.need("afterKvMiB")),
  ];
}

/** Made once for a fact. */
const CONSTANTS = new WeakMap<EngineFact, MemoryTerm>();

function constantTerm(id: TermId, fact: EngineFact): MemoryTerm {
  const known = CONSTANTS.get(fact);
  if (known !== undefined) {
    return known;
  }
  const term = Object.freeze(
    empiricalTerm({
      id,
      of: (bound) => fact[bound] * MIB,
      law: "mib * 2^20",
      values: { mib: fact.value },
      facts: [fact],
    }),
  );
  CONSTANTS.set(fact, term);
  return term;
}

/** Bytes of an FP32 logit. */
const LOGIT = 4;

/** The C++ decoder's copies of batch · vocabulary logits in FP32; the PyTorch sampler has none. */
function decoderTerms(
  facts: FactTable,
  { maxBatchSize, vocab, beams = 1 }: OverheadLoad,
): readonly MemoryTerm[] {
  const copies = facts.find("decoderLogitsCopies");
  if (copies === undefined) {
    return [];
  }
  const term = kept({ facts }, `decoder ${maxBatchSize} ${beams} ${vocab}`, () =>
    empiricalTerm({
      id: "decoder",
      of: (bound) => copies[bound] * LOGIT * maxBatchSize * beams * vocab,
      law: `copies * logit_bytes * ${batchLaw(beams)} * vocab`,
      values: {
        copies: copies.value,
        logit_bytes: LOGIT,
        batch: maxBatchSize,
        ...beamValues(beams),
        vocab,
      },
      facts: [copies],
    }),
  );
  return [term];
}

function graphTerms(
  facts: FactTable,
  { layers, maxBatchSize }: OverheadLoad,
): readonly MemoryTerm[] {
  const perLayer = facts.find("graphMiBPerLayer");
  if (perLayer === undefined) {
    return [];
  }
  const graphs = capturedGraphs(maxBatchSize, {
    largest: facts.need("graphLargestBatch").value,
    capturesMost: facts.value("graphOfMaxBatch", 0) === 1,
  });
  const term = kept({ facts }, `graphs ${layers} ${graphs}`, () =>
    empiricalTerm({
      id: "graphs",
      of: (bound) => perLayer[bound] * layers * graphs * MIB,
      law: "per_layer_mib * layers * graphs * 2^20",
      values: { per_layer_mib: perLayer.value, layers, graphs },
      facts: [perLayer],
    }),
  );
  return [term];
}

const kept = keepTerms();

/** Sizes below the even steps, and the step of the others. */
const SMALL_GRAPHS = [1, 2, 4];
const GRAPH_STEP = 8;

/**
 * CUDA graphs of an engine: batch sizes 1, 2, 4 and every 8 up to the largest that is captured by default,
 * none above max_batch_size (cuda_graph_config.max_batch_size, cudagraph_capture_sizes, cuda_graph_max_bs).
 * TensorRT-LLM pads to max_batch_size itself where the list goes beyond it (pull request 4843).
 */
function capturedGraphs(
  maxBatchSize: number,
  { largest, capturesMost }: { readonly largest: number; readonly capturesMost: boolean },
): number {
  const most = Math.min(maxBatchSize, largest);
  const listed = SMALL_GRAPHS.filter((size) => size <= most).length + Math.floor(most / GRAPH_STEP);
  const isListed = SMALL_GRAPHS.includes(most) || most % GRAPH_STEP === 0;
  return capturesMost && !isListed ? listed + 1 : listed;
}
