import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { lostCards, warningsIn } from "./notices.ts";
import { present } from "./present.ts";
import type { Printed } from "./printed.ts";
import { type TableGpu, tableGpus } from "./table-gpu.ts";
import { tableHost } from "./table-header.ts";
import { type TableMigDevice, tableMigDevices } from "./table-mig.ts";
import { type TableProcess, tableProcesses } from "./table-processes.ts";
import { type Row, tableRows } from "./table-rows.ts";
import type { Gpu, GpuProcess, GpuReport, Warning } from "./types.ts";

/** The three parts of a plain table; the last two may not be printed. */
interface Parts {
  readonly gpus: readonly Row[];
  readonly mig: readonly Row[] | undefined;
  readonly processes: readonly Row[] | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * The plain table, of drivers since 384, on Linux, Windows and WSL. Rows without their right border are not read and
 * leave a "cut" warning. Throws NvidiaSmiParseError where no card, or of no card the memory, can be read.
 */
export function parseTable(lines: readonly Line[]): GpuReport {
  const parts = partsOf(lines);
  const cards = tableGpus(parts.gpus);
  checkUsable(cards, parts, lines);
  const devices = tableMigDevices(parts.mig ?? []);
  const processes = tableProcesses(parts.processes ?? []);
  const devicesOf = byGpu(devices);
  const processesOf = byGpu(processes);
  const gpus = cards.map(({ gpu }) => ({
    ...gpu,
    ...present({
      migDevices: parts.mig && (devicesOf.get(gpu.index ?? -1) ?? []).map((row) => row.device),
      processes: parts.processes && processList(processesOf.get(gpu.index ?? -1) ?? []),
    }),
  }));
  const warnings = [
    ...warningsIn(lines),
    ...lostCards(gpus),
    ...parts.warnings,
    ...memoryCut(cards),
    ...unlisted(gpus, devices, processes),
  ];
  return { kind: "table", host: tableHost(lines, parts.gpus), gpus, warnings };
}

function partsOf(lines: readonly Line[]): Parts {
  const gpus: Row[] = [];
  const warnings: Warning[] = [];
  let mig: Row[] | undefined;
  let processes: Row[] | undefined;
  let isOpen = false;
  for (const row of tableRows(lines)) {
    if (row === "border") {
      isOpen = false;
    } else if (!row.isClosed) {
      warnings.push({ code: "cut", text: "a row has no right border", line: row.number });
    } else if (/^MIG devices:/.test(row.text)) {
      mig = [];
    } else if (/^Processes:/.test(row.text)) {
      processes = [];
    } else {
      (processes ?? mig ?? gpus).push(row);
      isOpen = true;
    }
  }
  if (isOpen) {
    const line = lines.at(-1)?.number;
    warnings.push({ code: "cut", text: "the table has no lower border", ...present({ line }) });
  }
  return { gpus, mig, processes, warnings };
}

function checkUsable(cards: readonly TableGpu[], parts: Parts, lines: readonly Line[]): void {
  const where = present({ line: lines.at(-1)?.number });
  const head = parts.gpus.some((row) => /NVIDIA-SMI|Bus-Id/.test(row.text));
  if (cards.length === 0 && !head) {
    throw new NvidiaSmiParseError("not-nvidia-smi", "expected rows of nvidia-smi's table", where);
  }
  if (!cards.some((card) => card.hasMemoryRow)) {
    const found = cards.length === 0 ? "no card" : "no memory of any card";
    throw new NvidiaSmiParseError(
      "truncated",
      `expected the rows of at least one card in the table, got ${found}`,
      where,
    );
  }
}

function byGpu<T extends { readonly gpu: number }>(rows: readonly T[]): ReadonlyMap<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.gpu) ?? [];
    group.push(row);
    groups.set(row.gpu, group);
  }
  return groups;
}

function processList(rows: readonly TableProcess[]): Printed<readonly GpuProcess[]> {
  const words = rows.find((row) => "unavailable" in row);
  return words !== undefined
    ? { unavailable: words.unavailable }
    : { value: rows.flatMap((row) => ("process" in row ? [row.process] : [])) };
}

function memoryCut(cards: readonly TableGpu[]): readonly Warning[] {
  return cards
    .filter((card) => !card.hasMemoryRow)
    .map(({ gpu }) => ({
      code: "cut",
      text: "the row with the card's memory is missing",
      ...present({ gpuIndex: gpu.index }),
    }));
}

function unlisted(
  gpus: readonly Gpu[],
  devices: readonly TableMigDevice[],
  processes: readonly TableProcess[],
): readonly Warning[] {
  const listed = new Set(gpus.map((gpu) => gpu.index));
  const named = new Set([...devices, ...processes].map((row) => row.gpu));
  return [...named]
    .filter((gpu) => !listed.has(gpu))
    .map((gpuIndex) => ({
      code: "unlisted-gpu",
      text: `card ${gpuIndex} has processes or MIG devices and no row of its own`,
      gpuIndex,
    }));
}
