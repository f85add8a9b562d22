import type { Line } from "./lines.ts";
import { cell, gpuIndices, gpuLinks, type Matrix, type MatrixRow } from "./matrix.ts";
import { warningsIn } from "./notices.ts";
import { present } from "./present.ts";
import type { MatrixGpu, NicLinks, TopologyReport } from "./types.ts";

/** Columns of a terminal between two tab stops: the matrix is printed with tabs, and pasted with or without. */
const TAB_STOP = 8;

/** topo -m from its matrix. */
export function topologyReport(matrix: Matrix, lines: readonly Line[]): TopologyReport {
  const gpus = gpuIndices(matrix).map((index) => matrixGpu(matrix, index));
  return {
    kind: "topology",
    gpus,
    links: gpuLinks(matrix),
    nics: nicLinks(matrix, lines),
    warnings: [...warningsIn(lines), ...matrix.warnings],
  };
}

function matrixGpu(matrix: Matrix, index: number): MatrixGpu {
  const row = matrix.rows.get(`GPU${index}`);
  return { index, ...(row === undefined || !matrix.hasAffinity ? {} : affinity(row)) };
}

function affinity(row: MatrixRow): Pick<MatrixGpu, "cpuAffinity" | "numaAffinity"> {
  const [cpuAffinity, numaAffinity] = row.rest.includes("\t")
    ? row.rest
        .split("\t")
        .map((text) => text.trim())
        .slice(1)
    : alignedCells(row);
  return present({
    cpuAffinity: cpuAffinity || undefined,
    numaAffinity: numaAffinity || undefined,
  });
}

/** The two cells where tabs were turned into spaces: an empty first one shows by where the second begins. */
function alignedCells({ rest, restAt }: MatrixRow): readonly (string | undefined)[] {
  const [first, second] = [...rest.matchAll(/\S+/g)];
  if (first === undefined) {
    return [];
  }
  const nextStop = (Math.floor(restAt / TAB_STOP) + 1) * TAB_STOP;
  return restAt + first.index >= nextStop + TAB_STOP
    ? [undefined, first[0]]
    : [first[0], second?.[0]];
}

function nicLinks(matrix: Matrix, lines: readonly Line[]): readonly NicLinks[] {
  const devices = nicLegend(lines);
  return matrix.columns
    .filter((name) => !name.startsWith("GPU"))
    .map((name) => ({
      name,
      ...present({ device: devices.get(name) }),
      links: gpuIndices(matrix).flatMap((gpu) => {
        const kind = cell(matrix, name, `GPU${gpu}`) ?? cell(matrix, `GPU${gpu}`, name);
        return kind === undefined ? [] : [{ gpu, kind }];
      }),
    }));
}

/** `NIC0: mlx5_0` lines below the matrix. */
function nicLegend(lines: readonly Line[]): ReadonlyMap<string, string> {
  const legend = new Map<string, string>();
  for (const { text } of lines) {
    const [, name, device] = /^(NIC\d{1,4}): (\S{1,40})$/.exec(text.trim()) ?? [];
    if (name !== undefined && device !== undefined) {
      legend.set(name, device);
    }
  }
  return legend;
}
