import type { DensePrecision, GpuSpec, PeerToPeer } from "../hardware/gpu.ts";
import type { Sourced } from "../report/sourced.ts";
import { type Bytes, mib } from "../units/units.ts";
import type { Cell, GpuRow } from "./rows.ts";

/** A row of data/gpus as core knows it: bytes instead of MiB, absent rates absent. */
export function gpuFromRow(row: GpuRow): GpuSpec {
  return {
    id: row.id,
    name: row.name,
    architecture: row.architecture,
    computeCapability: row.computeCapability[0],
    memory: memoryOf(row.memoryMiB),
    cudaVisible: memoryOf(row.cudaVisibleMiB),
    bandwidthGBps: sourced(row.bandwidthGBps),
    boardPowerW: sourced(row.boardPowerW),
    peerToPeer: PEER_TO_PEER[row.peerToPeer[0]],
    denseTflops: denseTflops(row),
    ...(row.pcieGen === undefined || row.pcieLanes === undefined
      ? {}
      : { pcie: { generation: sourced(row.pcieGen), lanes: sourced(row.pcieLanes) } }),
    ...(row.nvlink === undefined
      ? {}
      : {
          nvlink: {
            generation: sourced(row.nvlink.generation),
            gbpsPerDirection: sourced(row.nvlink.gbpsPerDirection),
            isBridged: row.nvlink.bridged,
          },
        }),
    canMig: row.mig?.[0] ?? false,
  };
}

const PEER_TO_PEER = {
  none: "none",
  "nvlink-only": "nvlink",
  pcie: "pcie",
} as const satisfies Record<GpuRow["peerToPeer"][0], PeerToPeer>;

function sourced<T>([value, basis, source]: Cell<T>): Sourced<T> {
  return { value, basis, source };
}

function memoryOf([value, basis, source]: Cell): Sourced<Bytes> {
  return { value: mib(value), basis, source };
}

function denseTflops(row: GpuRow): GpuSpec["denseTflops"] {
  const cells: readonly (readonly [DensePrecision, Cell | undefined])[] = [
    ["fp32", row.fp32Tflops],
    ["fp16", row.denseFp16Tflops],
    ["bf16", row.denseBf16Tflops],
    ["fp8", row.denseFp8Tflops],
    ["int8", row.denseInt8Tops],
    ["fp4", row.denseFp4Tflops],
  ];
  return Object.fromEntries(
    cells.flatMap(([precision, cell]) => (cell === undefined ? [] : [[precision, sourced(cell)]])),
  );
}
