import type { PlanDeployment, PlanGpu } from "../../documents/plan-document.ts";
import type { Variable } from "./engine-server.ts";

/** CUDA counts the cards in PCI order, as nvidia-smi does; its own default is fastest first. */
export function pinning(gpus: readonly PlanGpu[]): readonly Variable[] {
  const uuids = gpus.flatMap(({ uuid }) => uuid ?? []);
  const hasAll = uuids.length === gpus.length;
  const ids = hasAll ? uuids : gpus.map(({ index }) => String(index));
  return [
    { name: "CUDA_DEVICE_ORDER", value: "PCI_BUS_ID" },
    {
      name: "CUDA_VISIBLE_DEVICES",
      value: ids.join(","),
      ...(hasAll ? {} : { why: BY_INDEX }),
    },
  ];
}

const BY_INDEX: readonly string[] = [
  "By index: the inventory did not print the UUID of every card. Indexes may change when",
  "cards are added or moved; take the inventory again with nvidia-smi -q -x.",
];

/** Cards that can't read each other's memory talk through the host. */
export function peerToPeer({ hasPeerToPeer, gpus }: PlanDeployment): readonly Variable[] {
  return hasPeerToPeer || gpus.length < 2
    ? []
    : [
        {
          name: "NCCL_P2P_DISABLE",
          value: "1",
          why: ["These cards can't read each other's memory: NCCL goes through the host."],
        },
      ];
}
