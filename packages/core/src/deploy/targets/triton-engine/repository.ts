import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment, PlanDocument } from "../../../documents/plan-document.ts";
import { type HostedDeployment, type HostPlan, hostPlans } from "../../host-plan.ts";
import { nameDeployments, slugs, uniqueNames } from "../../names.ts";
import type { RenderOptions } from "../target.ts";
import { type EngineBuild, engineBuilds } from "./engine-builds.ts";
import { engineFolders, modelFolder } from "./folders.ts";

/** One `tensorrt_llm_…` model with what stands around it. */
export interface EngineModel {
  /** Replicas that are instances of this one model, in start order; mostly one. */
  readonly instances: readonly [HostedDeployment, ...HostedDeployment[]];
  /** The ensemble: the name that clients ask for. */
  readonly ensemble: string;
  readonly llm: string;
  readonly tokenizer: Tokenizer;
  readonly build: EngineBuild;
}

/** One pair of text models; every model from the same files shares it. */
export interface Tokenizer {
  readonly folder: string;
  readonly preprocessing: string;
  readonly postprocessing: string;
  /** The largest of the models that share it: a step may not take less than its ensemble. */
  readonly maxBatchSize: number;
}

/** One Triton server: a host with its model repository, models in start order. */
export interface TritonHost extends HostPlan {
  readonly models: readonly EngineModel[];
  readonly tokenizers: readonly Tokenizer[];
  readonly builds: readonly EngineBuild[];
  /** What its engines have to say of their host; undefined where their own default will do. */
  readonly gpusPerNode: number | undefined;
  readonly ports: { readonly http: number; readonly grpc: number; readonly metrics: number };
}

export function tritonHosts(plan: PlanDocument, options: RenderOptions): readonly TritonHost[] {
  const names = nameDeployments(plan.deployments);
  const folders = engineFolders(options);
  const http = options.firstPort ?? launcherFact("triton", "httpPort");
  return hostPlans(plan).map((host) => {
    const gpusPerNode = hostGpusPerNode(host);
    const groups = instanceGroups(host.deployments);
    const builds = engineBuilds(host.deployments, { names, folders, gpusPerNode });
    const models = nameModels(groups, builds, folders.models);
    const tokenizers = [...new Set(models.map(({ tokenizer }) => tokenizer))];
    return {
      ...host,
      models,
      tokenizers,
      builds: [...new Set(builds.values())],
      gpusPerNode,
      ports: { http, grpc: http + 1, metrics: http + 2 },
    };
  });
}

/** An engine believes in 8 cards a host and refuses any id above them: larger hosts must be told. */
function hostGpusPerNode({ gpuCount }: HostPlan): number | undefined {
  return gpuCount > launcherFact("triton", "defaultGpusPerNode") ? gpuCount : undefined;
}

type Group = readonly [HostedDeployment, ...HostedDeployment[]];

/**
 * Replicas become instances of one model where nothing tells them apart but their cards: same
 * limits, same KV cap and fraction, started one right after the other, no card twice.
 */
function instanceGroups(deployments: readonly HostedDeployment[]): readonly Group[] {
  const groups: [HostedDeployment, ...HostedDeployment[]][] = [];
  for (const next of deployments) {
    const last = groups.at(-1);
    if (last !== undefined && joins(last, next)) {
      last.push(next);
    } else {
      groups.push([next]);
    }
  }
  return groups;
}

function joins(group: Group, next: HostedDeployment): boolean {
  const taken = group.flatMap(({ gpus }) => gpus);
  return (
    sameKnobs(group[0].deployment) === sameKnobs(next.deployment) &&
    group[0].gpus[0]?.computeCapability === next.gpus[0]?.computeCapability &&
    next.gpus.every((gpu) => !taken.includes(gpu))
  );
}

function sameKnobs(deployment: PlanDeployment): string {
  const { model, source, quantization, kvCacheDtype, tp, pp, ep, kv } = deployment;
  const { maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock } = deployment;
  const limits = [maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock];
  const cache = [kvCacheDtype, kv.maxTokens, kv.freeGpuMemFraction];
  return JSON.stringify([model, source, quantization, tp, pp, ep, ...limits, ...cache]);
}

/** Public names first, so that no inner model can take one. */
function nameModels(
  groups: readonly Group[],
  builds: ReadonlyMap<PlanDeployment, EngineBuild>,
  modelsFolder: string,
): readonly EngineModel[] {
  const firsts = groups.map(([first]) => first.deployment);
  const bases = slugs(
    firsts.map(({ model }) => model),
    (model) => model,
  );
  const ensembles = uniqueNames(firsts.map(({ model }) => bases.get(model) ?? ""));
  const llms = uniqueNames(
    ensembles.map((name) => `tensorrt_llm_${name}`),
    ensembles,
  );
  const tokenizers = nameTokenizers(firsts, [...ensembles, ...llms], modelsFolder);
  return groups.flatMap((instances, at) => {
    const build = builds.get(instances[0].deployment);
    const tokenizer = tokenizers.get(instances[0].deployment.source);
    return build === undefined || tokenizer === undefined
      ? []
      : [{ instances, ensemble: ensembles[at] ?? "", llm: llms[at] ?? "", tokenizer, build }];
  });
}

function nameTokenizers(
  deployments: readonly PlanDeployment[],
  taken: readonly string[],
  modelsFolder: string,
): ReadonlyMap<string, Tokenizer> {
  const sources = slugs(
    deployments.map(({ source }) => source),
    (source) => source.split("/").findLast((part) => part !== "") ?? "",
  );
  const pairs = ["preprocessing", "postprocessing"].map((kind) =>
    uniqueNames(
      [...sources.values()].map((name) => `${kind}_${name}`),
      taken,
    ),
  );
  return new Map(
    [...sources.keys()].map((source, at) => [
      source,
      {
        folder: modelFolder(source, modelsFolder),
        preprocessing: pairs[0]?.[at] ?? "",
        postprocessing: pairs[1]?.[at] ?? "",
        maxBatchSize: Math.max(
          ...deployments.flatMap((it) => (it.source === source ? it.maxBatchSize : [])),
        ),
      },
    ]),
  );
}
