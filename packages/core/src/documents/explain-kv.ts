import { engineById } from "../catalog/engine-catalog.ts";
import { rulesOf } from "../engine/registry.ts";
import type { EngineRules } from "../engine/rules.ts";
import type { Derived } from "./explained-number.ts";
import type { PlanDeployment, PlanGpu, PlanRank } from "./plan-document.ts";

/** How large the KV cache of a rank is, what is free for it, and what its engine is told. */
export function kvNumbers(
  deployment: PlanDeployment,
  rank: PlanRank,
  gpu: PlanGpu | undefined,
): readonly Derived[] {
  const { freeAtStartBytes, freeForKvBytes } = rank;
  return [
    tokensNumber(deployment, rank),
    ...poolNumbers(deployment, rank),
    bytesNumber("free-for-kv", freeForKvBytes, "free_at_start - held", {
      free_at_start: freeAtStartBytes,
      held: freeAtStartBytes - freeForKvBytes,
    }),
    ...settingNumbers(deployment, rank, gpu?.memoryBytes ?? 0),
  ];
}

function tokensNumber(
  { concurrentSequences: sequences, maxSeqLen, tokensPerBlock }: PlanDeployment,
  { kv }: PlanRank,
): Derived {
  const blocksPerSequence = Math.ceil(maxSeqLen / tokensPerBlock);
  const isOfBlocks = kv.tokens === sequences * blocksPerSequence * tokensPerBlock;
  return {
    id: "kv-tokens",
    value: kv.tokens,
    unit: "token",
    ...(isOfBlocks
      ? {
          law: "sequences * blocks_per_sequence * tokens_per_block",
          values: {
            sequences,
            blocks_per_sequence: blocksPerSequence,
            tokens_per_block: tokensPerBlock,
          },
        }
      : { law: "sequences * sequence_tokens", values: { sequences, sequence_tokens: maxSeqLen } }),
  };
}

/** Tokens times their bytes where all layers keep them alike, else sequences with their windows and state. */
function poolNumbers(
  { concurrentSequences: sequences, engine, kv: { resumeShare, nullBlocks = 0 } }: PlanDeployment,
  { kv }: PlanRank,
): readonly Derived[] {
  if (kv.budgetBytes === Math.ceil(kv.tokens * kv.bytesPerToken)) {
    return [
      bytesNumber("kv-pool", kv.budgetBytes, "kv_tokens * bytes_per_token", {
        kv_tokens: kv.tokens,
        bytes_per_token: kv.bytesPerToken,
      }),
    ];
  }
  const perSequence = bytesNumber(
    "kv-sequence",
    kv.bytesPerSequence,
    "blocks_per_sequence * block_bytes",
    {
      blocks_per_sequence: (kv.blocks - nullBlocks) / sequences,
      block_bytes: kv.budgetBytes / kv.blocks,
    },
  );
  return [
    ...(engine.id === "vllm" ? [perSequence] : []),
    ...(resumeShare === undefined ? [] : [startableNumber(kv, sequences, resumeShare)]),
    nullBlocks === 0
      ? bytesNumber("kv-pool", kv.budgetBytes, "sequences * sequence_bytes", {
          sequences,
          sequence_bytes: kv.bytesPerSequence,
        })
      : bytesNumber(
          "kv-pool",
          kv.budgetBytes,
          "sequences * sequence_bytes + null_blocks * block_bytes",
          {
            sequences,
            sequence_bytes: kv.bytesPerSequence,
            null_blocks: nullBlocks,
            block_bytes: kv.budgetBytes / kv.blocks,
          },
        ),
  ];
}

/** Pool of one sequence of full length where no more than a share of it may be in use when one starts. */
function startableNumber(
  { tokens, bytesPerToken, bytesPerSequence }: PlanRank["kv"],
  sequences: number,
  share: number,
): Derived {
  return bytesNumber(
    "kv-sequence",
    bytesPerSequence,
    "ceil(tokens_per_sequence * bytes_per_token / resume_share)",
    {
      tokens_per_sequence: tokens / sequences,
      bytes_per_token: bytesPerToken,
      resume_share: share,
    },
  );
}

/** What the engine is told, from what it is a share of. */
function settingNumbers(
  deployment: PlanDeployment,
  rank: PlanRank,
  memory: number,
): readonly Derived[] {
  const engine = engineById(deployment.engine.id);
  const rules = engine === undefined ? undefined : rulesOf(engine, deployment.engine.version);
  switch (rules?.kvBase) {
    case "of-free":
      return [
        fractionNumber("pool / free_for_kv", {
          pool: rank.kv.budgetBytes,
          free_for_kv: rank.freeForKvBytes,
        }),
      ];
    case "of-total":
      return [
        fractionNumber("(held + pool) / memory", ofTotal(rank, memory)),
        ...shareNumbers(deployment, rank, { memory, isNeeded: rules.needsShareFree }),
      ];
    case "of-total-less-others":
      return [
        fractionNumber("(held + pool + used_at_start) / memory", {
          ...ofTotal(rank, memory),
          used_at_start: memory - rank.freeAtStartBytes,
        }),
      ];
    case "of-free-before-load":
      return beforeLoadNumbers(rank, rules);
    case "as-asked":
      return [slotNumber(deployment)];
    default:
      return [];
  }
}

function ofTotal(rank: PlanRank, memory: number): Readonly<Record<string, number>> {
  const held = rank.freeAtStartBytes - rank.freeForKvBytes;
  return { held, pool: rank.kv.budgetBytes, memory };
}

/** What vLLM V1 asks for when it starts, and what it then finds beside its context. */
function shareNumbers(
  { kv: { gpuMemoryUtilization = 0 } }: PlanDeployment,
  rank: PlanRank,
  { memory, isNeeded }: { readonly memory: number; readonly isNeeded: boolean },
): readonly Derived[] {
  const context = plannedBytes(rank, (id) => id === "context");
  return isNeeded
    ? [
        bytesNumber(
          "share-asked",
          Math.ceil(gpuMemoryUtilization * memory),
          "ceil(gpu_memory_utilization * memory)",
          { gpu_memory_utilization: gpuMemoryUtilization, memory },
        ),
        bytesNumber("share-free", rank.freeAtStartBytes - context, "free_at_start - context", {
          free_at_start: rank.freeAtStartBytes,
          context,
        }),
      ]
    : [];
}

function beforeLoadNumbers(rank: PlanRank, { beforeLoad }: EngineRules): readonly Derived[] {
  const { freeAtStartBytes, freeForKvBytes, kv } = rank;
  const before = plannedBytes(rank, (id) => beforeLoad.has(id));
  const free = freeAtStartBytes - before;
  return [
    bytesNumber("free-before-load", free, "free_at_start - before_load", {
      free_at_start: freeAtStartBytes,
      before_load: before,
    }),
    fractionNumber("(loaded + pool) / free_before_load", {
      loaded: free - freeForKvBytes,
      pool: kv.budgetBytes,
      free_before_load: free,
    }),
  ];
}

function slotNumber({ kv, concurrentSequences }: PlanDeployment): Derived {
  return {
    id: "slot-tokens",
    value: kv.tokens / concurrentSequences,
    unit: "token",
    law: "kv_tokens / sequences",
    values: { kv_tokens: kv.tokens, sequences: concurrentSequences },
  };
}

function fractionNumber(law: string, values: Readonly<Record<string, number>>): Derived {
  const { held = 0, loaded = 0, pool = 0, used_at_start: used = 0 } = values;
  const base = values["free_for_kv"] ?? values["memory"] ?? values["free_before_load"] ?? 1;
  return { id: "fraction", value: (held + loaded + pool + used) / base, unit: "1", law, values };
}

function bytesNumber(
  id: string,
  value: number,
  law: string,
  values: Readonly<Record<string, number>>,
): Derived {
  return { id, value, unit: "byte", law, values };
}

function plannedBytes(rank: PlanRank, isWanted: (id: string) => boolean): number {
  return rank.terms
    .filter(({ id }) => isWanted(id))
    .reduce((sum, term) => sum + term.plannedBytes, 0);
}
