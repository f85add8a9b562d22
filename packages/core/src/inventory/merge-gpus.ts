import { type Gpu, type GpuReport, printedValue } from "nvidia-smi-parser";
import { isSameBusId } from "./bus-id.ts";

/** A card's name that the plain table cut short. */
export function isCutName(name: string): boolean {
  return name.endsWith("...");
}

/** Which of several outputs of one host says most of its cards; CSV comes last of those with values, for it holds only what was asked for. */
const PREFERENCE: readonly GpuReport["kind"][] = ["xml", "query", "csv-gpus", "table", "list"];

/** What several outputs of one host say of its cards, and the outputs that speak of other cards. */
export interface MergedGpus {
  readonly gpus: readonly Gpu[];
  readonly strangers: readonly GpuReport[];
}

/** One list of cards out of several outputs; where two print the same field, the fuller output counts. */
export function mergeGpus(reports: readonly GpuReport[]): MergedGpus {
  const sorted = [...reports].sort(
    (a, b) => PREFERENCE.indexOf(a.kind) - PREFERENCE.indexOf(b.kind),
  );
  let gpus: readonly Gpu[] = [];
  const strangers: GpuReport[] = [];
  for (const report of sorted) {
    const added = withIndices(report.gpus);
    if (added.some((gpu) => gpus.some((known) => contradicts(known, gpu)))) {
      strangers.push(report);
    } else {
      gpus = mergeInto(gpus, added);
    }
  }
  return { gpus: [...gpus].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)), strangers };
}

/** A card without a printed index has its place in the output. */
function withIndices(gpus: readonly Gpu[]): readonly Gpu[] {
  return gpus.map((gpu, place) => ({ ...gpu, index: gpu.index ?? place }));
}

function mergeInto(known: readonly Gpu[], added: readonly Gpu[]): readonly Gpu[] {
  const merged = known.map((gpu) => {
    const same = added.find((other) => other.index === gpu.index);
    return same === undefined ? gpu : mergeGpu(gpu, same);
  });
  const fresh = added.filter((gpu) => !known.some((other) => other.index === gpu.index));
  return [...merged, ...fresh];
}

function mergeGpu(first: Gpu, second: Gpu): Gpu {
  const isBetter = (value: unknown): boolean => {
    const text = printedValue(value as Gpu["name"]);
    return text !== undefined && !(typeof text === "string" && isCutName(text));
  };
  const better = Object.entries(second).filter(([key, value]) => {
    const known = (first as Readonly<Record<string, unknown>>)[key];
    return known === undefined || (isPrinted(known) && !isBetter(known) && isBetter(value));
  });
  return { ...first, ...Object.fromEntries(better) };
}

function isPrinted(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The same place, but another card. */
function contradicts(a: Gpu, b: Gpu): boolean {
  return a.index === b.index && (differs(a.uuid, b.uuid) || differs(a.busId, b.busId, isSameBusId));
}

function differs(
  a: Gpu["uuid"],
  b: Gpu["uuid"],
  isSame: (a: string, b: string) => boolean = (left, right) => left === right,
): boolean {
  const [left, right] = [printedValue(a), printedValue(b)];
  return left !== undefined && right !== undefined && !isSame(left, right);
}
