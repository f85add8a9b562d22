import type { Line } from "./lines.ts";
import { gpuIndices, gpuLinks, type Matrix } from "./matrix.ts";
import { warningsIn } from "./notices.ts";
import type { P2pReport } from "./types.ts";

/** topo -p2p from its matrix. */
export function p2pReport(matrix: Matrix, lines: readonly Line[]): P2pReport {
  return {
    kind: "p2p",
    gpus: gpuIndices(matrix).map((index) => ({ index })),
    links: gpuLinks(matrix),
    warnings: [...warningsIn(lines), ...matrix.warnings],
  };
}
