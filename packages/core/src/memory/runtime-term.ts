import type { EngineFact, FactTable } from "../engine/facts.ts";
import { MIB } from "../units/units.ts";
import { batchLaw, beamValues } from "./beams.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { type Grounds, groundedTerm, groundsOf } from "./term.ts";

/** Bytes of an FP32 logit, and of an index in the tables of the C++ runtime. */
const LOGIT = 4;

export interface RuntimeLoad {
  /** Rows of the output head that a rank computes logits for. */
  readonly vocab: number;
  readonly weightBytes: number;
  readonly maxBatchSize: number;
  readonly maxSeqLen: number;
  /** Whether layers are gated delta nets. */
  readonly hasDeltaRule?: boolean;
  /** Whether layers are latent attention. */
  readonly hasLatents?: boolean;
  /** Beams of each sequence; 1 where absent. */
  readonly beams?: number;
}

/**
 * Libraries, workspaces and allocator residue, and in the engine era the buffers that grow with
 * max_batch_size: logits copies of batch · vocabulary, and index tables of batch · max_seq_len
 * (reference/trtllm-memory.md, section 1.4). 4 bytes an element in both.
 */
export function runtimeTerm(facts: FactTable, load: RuntimeLoad): MemoryTerm {
  const { weightBytes, maxBatchSize, vocab, maxSeqLen, beams = 1 } = load;
  const { base, residue, logits, sequences, delta, law, grounds } = runtimeFacts(facts, load);
  return groundedTerm(
    {
      id: "runtime",
      of: (bound) =>
        (base[bound] + (delta?.[bound] ?? 0)) * MIB +
        residue[bound] * weightBytes +
        LOGIT * maxBatchSize * beams * (logits[bound] * vocab + sequences[bound] * maxSeqLen),
      law,
      values: {
        base_mib: base.value,
        ...(delta === undefined ? {} : { delta_mib: delta.value }),
        logit_bytes: LOGIT,
        residue: residue.value,
        weights: weightBytes,
        batch: maxBatchSize,
        ...beamValues(beams),
        logits_copies: logits.value,
        vocab,
        sequence_copies: sequences.value,
        max_seq_len: maxSeqLen,
      },
    },
    grounds,
  );
}

interface RuntimeFacts {
  readonly base: EngineFact;
  readonly residue: EngineFact;
  readonly logits: EngineFact;
  readonly sequences: EngineFact;
  readonly delta: EngineFact | undefined;
  readonly law: string;
  readonly grounds: Grounds;
}

/** Looked up once for a table of facts: a batch has this term anew in each line. */
const RUNTIME = new WeakMap<FactTable, Map<string, RuntimeFacts>>();

function runtimeFacts(
  facts: FactTable,
  { hasDeltaRule = false, hasLatents = false, beams = 1 }: RuntimeLoad,
): RuntimeFacts {
  const ofFacts = RUNTIME.get(facts) ?? new Map<string, RuntimeFacts>();
  RUNTIME.set(facts, ofFacts);
  const batch = batchLaw(beams);
  const more = moreFact(facts, { hasDeltaRule, hasLatents });
  const key = more === undefined ? batch : `${more.fact} ${batch}`;
  const known = ofFacts.get(key) ?? newRuntimeFacts(facts, { delta: more, batch });
  ofFacts.set(key, known);
  return known;
}

/** What kernels of one kind of layer hold more, where the engine's version says. */
function moreFact(
  facts: FactTable,
  { hasDeltaRule, hasLatents }: Pick<RuntimeLoad, "hasDeltaRule" | "hasLatents">,
): EngineFact | undefined {
  const delta = hasDeltaRule === true ? facts.find("deltaRuleMiB") : undefined;
  return delta ?? (hasLatents === true ? facts.find("latentRuntimeMiB") : undefined);
}

function newRuntimeFacts(
  facts: FactTable,
  { delta, batch }: { readonly delta: EngineFact | undefined; readonly batch: string },
): RuntimeFacts {
  const base = facts.need("runtimeMiB");
  const residue = facts.need("weightResidueShare");
  const logits = facts.need("runtimeLogitsCopies");
  const sequences = facts.need("runtimeSequenceCopies");
  const used = [base, ...(delta === undefined ? [] : [delta]), residue, logits, sequences];
  return {
    base,
    residue,
    logits,
    sequences,
    delta,
    law: `${delta === undefined ? "base_mib" : "(base_mib + delta_mib)"} * 2^20 + residue * weights + logit_bytes * ${batch} * (logits_copies * vocab + sequence_copies * max_seq_len)`,
    grounds: groundsOf(used.filter((fact) => fact === base || fact.high > 0)),
  };
}
