import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { type HostPlan, hostPlans } from "../../host-plan.ts";
import { type DeploymentNames, nameDeployments } from "../../names.ts";
import type { RenderOptions, TritonMode } from "../../render-options.ts";
import { READY_PATH, type TritonPorts, tritonPorts } from "../triton/ports.ts";
import { type EngineBuild, engineBuilds } from "./engine-builds.ts";
import {
  type EngineModel,
  engineModels,
  type ModelContext,
  type Tokenizer,
} from "./engine-models.ts";
import { engineFolders } from "./folders.ts";
import { instanceGroups } from "./instance-groups.ts";

/** One host with its Triton servers: one for all models, or one a replica where each leads itself. */
export interface TritonHost extends HostPlan {
  readonly mode: TritonMode;
  /** In start order. */
  readonly servers: readonly TritonServer[];
  readonly builds: readonly EngineBuild[];
  /** What its engines have to say of their host; undefined where their own default will do. */
  readonly gpusPerNode: number | undefined;
}

export interface TritonServer {
  /** Its name in files and in shared memory. */
  readonly file: string;
  /** Its model repository, relative to the host's folder. */
  readonly repository: string;
  /** In start order. */
  readonly models: readonly EngineModel[];
  readonly tokenizers: readonly Tokenizer[];
  readonly front: TritonFront;
  readonly ports: TritonPorts;
  readonly port: number;
  readonly readyPath: string;
}

/** What clients ask: Triton's ensemble of the three steps, or TensorRT-LLM's Python code that calls them. */
export type TritonFront = "ensemble" | "bls";

export function tritonHosts(
  plan: PlanDocument,
  options: RenderOptions,
  names: ReadonlyMap<PlanDeployment, DeploymentNames> = nameDeployments(plan.deployments),
): readonly TritonHost[] {
  const front: TritonFront = options.tritonBls === true ? "bls" : "ensemble";
  const folders = engineFolders(options);
  return hostPlans(plan).map((host) => {
    const mode = options.tritonMode ?? defaultMode(host);
    const gpusPerNode = hostGpusPerNode(host, mode);
    const builds = engineBuilds(host.deployments, { names, folders, gpusPerNode });
    const context = { builds, modelsFolder: folders.models, mode, front };
    const portsOf = tritonPorts(options);
    const server = (models: readonly EngineModel[], file: string, at: number): TritonServer => {
      const ports = portsOf(file, at);
      return {
        file,
        repository: mode === "leader" ? `repositories/${file}` : "repository",
        models,
        tokenizers: [...new Set(models.map(({ tokenizer }) => tokenizer))],
        front,
        ports,
        port: ports.http,
        readyPath: READY_PATH,
      };
    };
    const servers =
      mode === "leader"
        ? host.deployments.map((hosted, at) =>
            server(engineModels([[hosted]], context), names.get(hosted.deployment)?.file ?? "", at),
          )
        : [server(allModels(host, context), "triton", 0)];
    return { ...host, mode, servers, builds: [...new Set(builds.values())], gpusPerNode };
  });
}

/** One model is served without the hop between orchestrator and workers; several need it for one server. */
function defaultMode({ deployments }: HostPlan): TritonMode {
  return deployments.length === 1 ? "leader" : "orchestrator";
}

function allModels({ deployments }: HostPlan, context: ModelContext): readonly EngineModel[] {
  return engineModels(instanceGroups(deployments), context);
}

/** An engine believes in 8 cards a host and refuses any id above them: larger hosts must be told. */
function hostGpusPerNode(host: HostPlan, mode: TritonMode): number | undefined {
  const ranks = Math.max(...host.deployments.map(({ gpus }) => gpus.length));
  const count = mode === "leader" ? ranks : host.gpuCount;
  return count > launcherFact("triton", "defaultGpusPerNode") ? count : undefined;
}
