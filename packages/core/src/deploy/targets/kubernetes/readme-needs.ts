import type { CardAccess } from "../../kube/card-access.ts";
import type { RenderOptions } from "../../render-options.ts";
import { markdownCode } from "../../text/markdown.ts";

/** Containers get the cards from a runtime that knows them. */
export function runtimeLine({ kubernetes }: RenderOptions): string {
  const name = kubernetes?.runtimeClass;
  return name === undefined
    ? "- Nodes whose own container runtime is NVIDIA's, or takes cards by CDI. Where it is a RuntimeClass of its own, as `nvidia` on k3s, render with `--kube-runtime-class nvidia`."
    : `- The RuntimeClass ${markdownCode(name)}, which the engines' pods ask for.`;
}

/** What gives the pods their cards, as a line of a list. */
export function needLine({ by }: CardAccess): string {
  return by === "device-plugin"
    ? "- The NVIDIA device plugin. It hands out whole cards, any free one of the node: here all cards of a node are alike and none is shared, so any will do. Nothing else on these nodes may ask for cards."
    : "- Kubernetes 1.34 or newer and the NVIDIA DRA driver for GPUs with its `gpu.nvidia.com` devices on. Where the device plugin runs too, keep it off these nodes: the two don't know of each other's cards.";
}
