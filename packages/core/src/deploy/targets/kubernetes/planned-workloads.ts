import type { PlanDocument } from "../../../documents/plan-document.ts";
import { cardAccess } from "../../kube/card-access.ts";
import { underCaps } from "../../kube/mps-cap.ts";
import { sharedCards } from "../../kube/shared-cards.ts";
import type { RenderOptions } from "../../render-options.ts";
import { serverHosts } from "../../servers/engine-servers.ts";
import { type Grouping, type Workload, workloads } from "./workloads.ts";

/** The workloads of a plan in start order, and what they were grouped by. */
export function plannedWorkloads(
  plan: PlanDocument,
  options: RenderOptions,
): Grouping & { readonly all: readonly Workload[] } {
  const access = cardAccess(plan, options);
  const shared = sharedCards(plan, options);
  const hosts = serverHosts(underCaps(plan, shared), options, "of-its-own");
  return { plan, access, shared, all: workloads(hosts, { plan, access, shared }) };
}
