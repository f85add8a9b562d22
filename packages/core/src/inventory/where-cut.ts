import type { Gpu, GpuReport, Warning } from "nvidia-smi-parser";

/** What was read of one host, and the text that it was read from. */
export interface ReadText {
  readonly text: string;
  readonly reports: readonly GpuReport[];
  /** The cards of all reports together. */
  readonly gpus: readonly Gpu[];
}

/**
 * The first place where the text is cut so that cards, or their memory, may be missing. Undefined for a whole text, and
 * for one that lacks only what stands below the cards, or what another output of the same host prints.
 */
export function whereCut({ text, reports, gpus }: ReadText): Warning | undefined {
  const cuts = reports.flatMap((report) =>
    report.warnings.filter(({ code }) => code === "cut").map((warning) => ({ report, warning })),
  );
  const attached = Math.max(0, ...reports.map(({ host }) => host.attachedGpus ?? 0));
  if (gpus.length < attached || !gpus.every(hasMemory)) {
    return cuts[0]?.warning;
  }
  const isAllListed = reports.some(
    (report) => attached > 0 || !cuts.some((cut) => cut.report === report),
  );
  return cuts.find(({ report, warning }) => !isAllListed && !isBelowCards(text, report, warning))
    ?.warning;
}

/** Printed, be it as N/A: it is not what was cut off. */
function hasMemory({ memoryTotalMiB, memoryUsedMiB }: Gpu): boolean {
  return memoryTotalMiB !== undefined && memoryUsedMiB !== undefined;
}

/** In a table, the processes stand below the cards; what has no line is about another output, or about a known card. */
function isBelowCards(text: string, { kind }: GpuReport, { line }: Warning): boolean {
  if (kind !== "table" || line === undefined) {
    return kind === "table";
  }
  const above = text.split("\n").slice(0, line);
  const part = above.findLast((row) => /NVIDIA-SMI \d|\|\s*Processes:/.test(row));
  return part?.includes("Processes:") ?? false;
}
