import type { P2pReport, TopologyReport } from "nvidia-smi-parser";
import { gpuById } from "../catalog/catalog.ts";
import type { InventoryGpu, InventoryLink } from "./inventory-document.ts";

/**
 * Links between the cards of a host, from topo -m. Two cards read each other's memory
 * - over NVLink, whatever else was printed;
 * - over PCIe where one of the topo -p2p matrices says OK, and not where they say something else;
 * - without such a matrix, where the catalogue says of both that their driver lets them over PCIe.
 */
export function inventoryLinks(
  gpus: readonly InventoryGpu[],
  topologies: readonly TopologyReport[],
  p2ps: readonly P2pReport[],
): readonly InventoryLink[] {
  const byIndex = new Map(gpus.map((gpu) => [gpu.index, gpu]));
  const [topology] = topologies;
  return (topology?.links ?? []).flatMap(({ a, b, kind }) => {
    const [left, right] = [byIndex.get(a), byIndex.get(b)];
    if (left === undefined || right === undefined) {
      return [];
    }
    const isNvlink = /^NV\d/.test(kind);
    const peerToPeer =
      isNvlink || (printedPeerToPeer(p2ps, a, b) ?? (overPcie(left) && overPcie(right)));
    return [{ a, b, kind: NEWER_KIND[kind] ?? kind, peerToPeer }];
  });
}

/** Drivers before 2018 print SOC for what is SYS since. */
const NEWER_KIND: Readonly<Record<string, string>> = { SOC: "SYS" };

/** What the matrices say of a pair: OK in any of them (read, write, NVLink, …) is yes. */
function printedPeerToPeer(p2ps: readonly P2pReport[], a: number, b: number): boolean | undefined {
  const words = p2ps.flatMap(({ links }) =>
    links.filter((link) => link.a === a && link.b === b).map(({ kind }) => kind),
  );
  return words.length === 0 ? undefined : words.includes("OK");
}

function overPcie({ catalogId }: InventoryGpu): boolean {
  return catalogId !== undefined && gpuById(catalogId)?.peerToPeer === "pcie";
}
