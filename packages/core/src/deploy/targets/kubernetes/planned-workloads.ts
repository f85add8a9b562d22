import type { PlanDocument } from "../../../documents/plan-document.ts";
import { cardAccess } from "../../kube/card-access.ts";
import { underCaps } from "../../kube/mps-cap.ts";
import { sharedCards } from "../../kube/shared-cards.ts";
import type { RenderOptions } from "../../render-options.ts";
import { serverHosts } from "../../servers/engine-servers.ts";
import { modelsFolder } from "./model-storage.ts";
import { type Grouping, type Workload, workloads } from "./workloads.ts";

/** The workloads of a plan in start order, and what they were grouped by. */
export function plannedWorkloads(
  plan: PlanDocument,
  options: RenderOptions,
): Grouping & { readonly all: readonly Workload[] } {
  const access = cardAccess(plan, options);
  const shared = sharedCards(plan, options);
  const capped = underCaps(plan, shared);
  const hosts = serverHosts(capped, withFolders(options), "of-its-own");
  return { plan, access, shared, all: workloads(hosts, { plan, access, shared }) };
}

/** Models and engines lie in one folder of the nodes, or in the claim that stands for it. */
export function withFolders(options: RenderOptions): RenderOptions {
  const models = modelsFolder(options);
  return {
    ...options,
    modelsFolder: models,
    enginesFolder: options.enginesFolder ?? `${models}/engines`,
  };
}
