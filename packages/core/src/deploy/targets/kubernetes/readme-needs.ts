import type { CardAccess } from "../../kube/card-access.ts";

/** What gives the pods their cards, as a line of a list. */
export function needLine({ by }: CardAccess): string {
  return by === "device-plugin"
    ? "- The NVIDIA device plugin. It hands out whole cards, any free one of the node: here all cards of a node are alike and none is shared, so any will do. Nothing else on these nodes may ask for cards."
    : "- Kubernetes 1.34 or newer and the NVIDIA DRA driver for GPUs with its `gpu.nvidia.com` devices on. Where the device plugin runs too, keep it off these nodes: the two don't know of each other's cards.";
}
