import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import { type HostedDeployment, type HostPlan, hostPlans } from "../../host-plan.ts";
import { type DeploymentNames, nameDeployments } from "../../names.ts";
import type { RenderOptions } from "../target.ts";

/** One trtllm-serve process: a deployment with its names and its port. */
export interface Server extends HostedDeployment, DeploymentNames {
  readonly port: number;
}

/** One host with its servers in start order. */
export interface ServerHost extends HostPlan {
  readonly servers: readonly Server[];
}

/** Ports count up in start order from the first, on each host by itself. */
export function serverHosts(plan: PlanDocument, options: RenderOptions): readonly ServerHost[] {
  const names = nameDeployments(plan.deployments);
  const firstPort = options.firstPort ?? launcherFact("trtllm-serve", "firstPort");
  return hostPlans(plan).map((host) => ({
    ...host,
    servers: host.deployments.map((hosted, at) => ({
      ...hosted,
      file: names.get(hosted.deployment)?.file ?? "",
      pathVariable: names.get(hosted.deployment)?.pathVariable ?? "",
      port: firstPort + at,
    })),
  }));
}

/** True where the model's own files hold other weights than the plan counts on. */
export function needsConversion({ deployment }: HostedDeployment): boolean {
  return deployment.quantization !== deployment.storedQuantization;
}
