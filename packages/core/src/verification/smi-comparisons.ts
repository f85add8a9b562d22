import type {
  PlanDeployment,
  PlanDocument,
  PlanGpu,
  PlanRank,
} from "../documents/plan-document.ts";
import type { InventoryProcess } from "../inventory/inventory-document.ts";
import { MIB } from "../units/units.ts";
import { SMI_HALF_WIDTH_MIB } from "./allowances.ts";
import { atRest } from "./at-rest.ts";
import { compare, type Expectation, type Measured } from "./compare.ts";
import { nameOf } from "./engine-name.ts";
import type { FoundCard } from "./match-cards.ts";
import { groupsOf, type Tenant, tenantsOf } from "./process-groups.ts";
import { exactly, type Range, sumOf } from "./range.ts";
import type { Comparison } from "./verify-document.ts";

/** What nvidia-smi says of one card: all that is used on it, and process by process as far as they can be told apart. */
export interface CardReading {
  readonly gpu: string;
  readonly comparisons: readonly Comparison[];
  /** By "model replica rank". */
  readonly ofRanks: ReadonlyMap<string, Comparison>;
  readonly warnings: readonly string[];
}

export function rankKey({ model, replica }: PlanDeployment, { rank }: PlanRank): string {
  return `${model} ${replica} ${rank}`;
}

export function readCard(plan: PlanDocument, gpu: PlanGpu, found: FoundCard): CardReading {
  const tenants = tenantsOf(plan, gpu);
  const used = usedOf(found);
  const held = tenants.map(({ deployment, rank }) => atRest(deployment, rank));
  const expected = bytesHeld("used", sumOf([exactly(gpu.usedByOthersBytes), ...held]));
  const processes = readProcesses(gpu, tenants, found);
  return {
    gpu: gpu.id,
    comparisons: [
      ...(used === undefined ? [] : [compare(expected, used)]),
      ...processes.comparisons,
    ],
    ofRanks: processes.ofRanks,
    warnings: [
      ...(used === undefined ? [`${gpu.id}: nvidia-smi did not say how much memory is used`] : []),
      ...processes.warnings,
    ],
  };
}

function bytesHeld(id: string, range: Range): Expectation {
  return { id, unit: "bytes", terms: [], basis: "empirical", range, harm: "above" };
}

export function usedOf({ host, gpu }: FoundCard): Measured | undefined {
  const { memoryUsedMiB, memoryTotalMiB, memoryFreeMiB, memoryReservedMiB = 0 } = gpu;
  const mib =
    memoryUsedMiB ??
    (memoryTotalMiB === undefined || memoryFreeMiB === undefined
      ? undefined
      : memoryTotalMiB - memoryReservedMiB - memoryFreeMiB);
  return mib === undefined
    ? undefined
    : measured(mib, host.name, `GPU ${gpu.index}: ${mib} MiB used`, 1);
}

function measured(mib: number, host: string, text: string, prints: number): Measured {
  return {
    value: mib * MIB,
    halfWidth: SMI_HALF_WIDTH_MIB * prints * MIB,
    evidence: { kind: "nvidia-smi", name: host, text },
  };
}

type Processes = Pick<CardReading, "comparisons" | "ofRanks" | "warnings">;

/** Processes by the kind of engine that they are; those of one kind that can't be told apart are added up. */
function readProcesses(gpu: PlanGpu, tenants: readonly Tenant[], found: FoundCard): Processes {
  const { processes } = found.gpu;
  if (processes === undefined || tenants.length === 0) {
    return { comparisons: [], ofRanks: new Map(), warnings: [] };
  }
  const ofRanks = new Map<string, Comparison>();
  const comparisons: Comparison[] = [];
  const warnings: string[] = [];
  for (const { kind, ranks, own } of groupsOf(tenants, processes)) {
    const sum = sumUsed(own, found);
    if (sum === undefined) {
      const names = ranks.map(({ deployment }) => nameOf(deployment)).join(", ");
      warnings.push(
        own.length === 0
          ? `${gpu.id}: no process of ${names} is on it`
          : `${gpu.id}: nvidia-smi did not say what the processes of ${names} hold`,
      );
      continue;
    }
    const range = sumOf(ranks.map(({ deployment, rank }) => atRest(deployment, rank)));
    const [first, ...more] = ranks;
    if (first !== undefined && more.length === 0) {
      const comparison = compare(bytesHeld("process", range), sum);
      ofRanks.set(rankKey(first.deployment, first.rank), comparison);
    } else {
      comparisons.push(compare(bytesHeld(`processes of ${kind}`, range), sum));
    }
  }
  return { comparisons, ofRanks, warnings };
}

/** Undefined where there is none, or one of which the memory is not printed (Windows, WSL, some containers). */
function sumUsed(own: readonly InventoryProcess[], { host }: FoundCard): Measured | undefined {
  const used = own.map(({ usedMiB }) => usedMiB).filter((mib) => mib !== undefined);
  if (own.length === 0 || used.length < own.length) {
    return;
  }
  const mib = used.reduce((sum, one) => sum + one, 0);
  const names = own.map(({ pid, name = "?" }) => `${pid} ${name}`).join(", ");
  return measured(mib, host.name, `${names}: ${mib} MiB`, own.length);
}
