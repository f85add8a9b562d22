import type { PlanDocument } from "../../../documents/plan-document.ts";
import { type HostedDeployment, type HostPlan, hostPlans } from "../../host-plan.ts";
import { type DeploymentNames, nameDeployments, slug, slugs } from "../../names.ts";
import { isPath, needsConversion } from "../../servers/model-files.ts";
import type { RenderOptions } from "../target.ts";
import { READY_PATH, type TritonPorts, tritonPorts } from "../triton/ports.ts";

/** One Triton server with one LLM-API model. */
export interface LlmapiServer extends HostedDeployment, DeploymentNames {
  /** What clients ask for; replicas have the same. */
  readonly modelName: string;
  /** A Hub id, or a folder on the host. */
  readonly modelPath: string;
  /** The folder of the model in its server's repository, relative to the host's folder. */
  readonly modelFolder: string;
  readonly ports: TritonPorts;
  readonly port: number;
  readonly readyPath: string;
}

export interface LlmapiHost extends HostPlan {
  readonly servers: readonly LlmapiServer[];
}

/** One server a replica, in start order, with ports that count up on each host by itself. */
export function llmapiHosts(plan: PlanDocument, options: RenderOptions): readonly LlmapiHost[] {
  const names = nameDeployments(plan.deployments);
  const models = slugs(
    plan.deployments.map(({ model }) => model),
    (model) => model,
  );
  return hostPlans(plan).map((host) => {
    const portsOf = tritonPorts(options);
    const servers = host.deployments.map((hosted, at) => {
      const { file = "", pathVariable = "" } = names.get(hosted.deployment) ?? {};
      const ports = portsOf(file, at);
      const modelName = models.get(hosted.deployment.model) ?? "";
      return {
        ...hosted,
        file,
        pathVariable,
        modelName,
        modelPath: modelPath(hosted, options),
        modelFolder: `repositories/${file}/${modelName}`,
        ports,
        port: ports.http,
        readyPath: READY_PATH,
      };
    });
    return { ...host, servers };
  });
}

/**
 * model.yaml reads no variable: a checkpoint that has to be made first gets a place of its own, and so does a path that
 * only means something where the plan was made.
 */
function modelPath({ deployment }: HostedDeployment, { modelsFolder }: RenderOptions): string {
  const { source, quantization } = deployment;
  const models = modelsFolder ?? "/models";
  if (needsConversion(deployment)) {
    return `${models}/${slug(source)}-${quantization}`;
  }
  return isPath(source) && !source.startsWith("/") ? `${models}/${slug(source)}` : source;
}
