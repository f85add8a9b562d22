import type { PlanDocument } from "../../documents/plan-document.ts";
import { hostPlans } from "../host-plan.ts";
import type { RefusalReason } from "../refusal.ts";
import { nodeName } from "./names.ts";

/** Every host that runs something has a name that a node can have, and no two the same. */
export function hostsAreNodes(plan: PlanDocument): readonly RefusalReason[] {
  const hosts = hostPlans(plan).map(({ name }) => name);
  return hosts
    .filter((host, at) => {
      const node = nodeName(host);
      return node === undefined || hosts.slice(0, at).some((other) => nodeName(other) === node);
    })
    .map((host) => ({ code: "no-node-name", host }));
}
