import type { FactTable } from "../engine/facts.ts";
import { MIB } from "../units/units.ts";
import type { MemoryTerm } from "./breakdown.ts";
import { keepTerms } from "./kept-terms.ts";
import { empiricalTerm } from "./term.ts";

export interface CommunicationLoad {
  readonly ranks: number;
  readonly tp: number;
  readonly hasPeerToPeer: boolean;
}

/**
 * NCCL's communicator on each rank; and where all peers read each other, the workspace of the custom
 * all-reduce: so many buffers for each rank of the group. With TensorRT-LLM 0.20 to 1.1 that is
 * 4 · tp · 16 MB for two ranks and 4 · tp · 8 MB for more (reference/trtllm-memory.md, section 2.6).
 */
export function communicationTerms(
  facts: FactTable,
  { ranks, tp, hasPeerToPeer }: CommunicationLoad,
): readonly MemoryTerm[] {
  if (ranks === 1) {
    return [];
  }
  return [
    kept({ facts }, `${tp} ${hasPeerToPeer}`, () =>
      communicationTerm(facts, { tp, hasPeerToPeer }),
    ),
  ];
}

const kept = keepTerms();

function communicationTerm(
  facts: FactTable,
  { tp, hasPeerToPeer }: Omit<CommunicationLoad, "ranks">,
): MemoryTerm {
  const nccl = facts.need(hasPeerToPeer ? "ncclPeerToPeerMiB" : "ncclHostMiB");
  const buffer = tp > 1 && hasPeerToPeer ? facts.find("allReduceBufferMiB") : undefined;
  const copies = facts.find("allReduceCopies");
  return empiricalTerm({
    id: "communication",
    of: (bound) => (nccl[bound] + (buffer?.[bound] ?? 0) * (copies?.value ?? 0) * tp) * MIB,
    law: "(nccl_mib + copies * tp * buffer_mib) * 2^20",
    values: {
      nccl_mib: nccl.value,
      copies: copies?.value ?? 0,
      tp,
      buffer_mib: buffer?.value ?? 0,
    },
    facts: buffer === undefined ? [nccl] : [nccl, buffer],
  });
}
