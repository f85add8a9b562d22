import type { CardLink } from "@berth/core";

/** The words for links between cards; apart, so that the page loads them with the board. */
export const LINKS_TEXT = {
  caption: "How the cards of a group are linked",
  title: "Links between its cards",
  columns: { model: "Model", pairs: "Cards", kind: "Way", peers: "Peer-to-peer" },
  allPairs: (count: number) => `all ${count} pairs`,
  pair: (a: string, b: string) => `${a} – ${b}`,
  ways: {
    PIX: "PIX: one PCIe switch",
    PXB: "PXB: several PCIe switches",
    PHB: "PHB: a processor's PCIe bridge",
    NODE: "NODE: PCIe bridges of one NUMA node",
    SYS: "SYS: the link between processors",
    unknown: "not known; nvidia-smi topo -m prints it",
    network: "the network between hosts",
  } satisfies Readonly<Record<Exclude<CardLink["kind"], "NVLINK">, string>>,
  nvlinks: (count: number) => `NV${count}: ${count} ${count === 1 ? "NVLink" : "NVLinks"}`,
  peers: "yes",
  noPeers: "no, through the host's memory",
  looks: {
    nvlink: "NVLink",
    peer: "PCIe, peer-to-peer",
    host: "through the host's memory",
  },
  legend: "Lines beside the cards",
  short: { peer: "P2P", host: "?" },
} as const;
