import type { PlanDeployment, PlanGpu } from "../../../documents/plan-document.ts";
import type { HostedDeployment } from "../../host-plan.ts";
import { type DeploymentNames, slug, sourceSlug, uniqueNames } from "../../names.ts";
import { type CheckpointStep, checkpointStep } from "./checkpoint.ts";
import { type EngineFolders, modelFolder } from "./folders.ts";

/** One set of engine files. Deployments that differ in nothing that is built in share it. */
export interface EngineBuild {
  readonly deployment: PlanDeployment;
  readonly pathVariable: string;
  /** Where the model's own files are expected. */
  readonly modelFolder: string;
  readonly checkpointFolder: string;
  readonly engineFolder: string;
  readonly step: CheckpointStep;
  /** The card to build on: engines run on the compute capability that they were built on. */
  readonly gpu: PlanGpu;
  readonly gpusPerNode: number | undefined;
}

export interface BuildContext {
  readonly names: ReadonlyMap<PlanDeployment, DeploymentNames>;
  readonly folders: EngineFolders;
  readonly gpusPerNode: number | undefined;
}

/** For each deployment its engine; the same object where two share one. */
export function engineBuilds(
  hosted: readonly HostedDeployment[],
  context: BuildContext,
): ReadonlyMap<PlanDeployment, EngineBuild> {
  const withGpu = hosted.flatMap(({ deployment, gpus }) =>
    gpus[0] === undefined ? [] : [{ deployment, gpu: gpus[0] }],
  );
  const firsts = new Map(withGpu.toReversed().map((each) => [engineKey(each), each]));
  const keys = [...new Set(withGpu.map(engineKey))];
  const ordered = keys.flatMap((key) => firsts.get(key) ?? []);
  const engines = uniqueNames(ordered.map(engineName));
  const checkpoints = checkpointNames(ordered.map(({ deployment }) => deployment));
  const builds = new Map(
    ordered.map((each, at) => [
      engineKey(each),
      engineBuild(each, context, {
        engine: engines[at] ?? "",
        checkpoint: checkpoints.get(checkpointKey(each.deployment)) ?? "",
      }),
    ]),
  );
  return new Map(
    withGpu.flatMap((each) => {
      const build = builds.get(engineKey(each));
      return build === undefined ? [] : [[each.deployment, build] as const];
    }),
  );
}

interface OnGpu {
  readonly deployment: PlanDeployment;
  readonly gpu: PlanGpu;
}

function engineBuild(
  { deployment, gpu }: OnGpu,
  { names, folders, gpusPerNode }: BuildContext,
  name: { readonly engine: string; readonly checkpoint: string },
): EngineBuild {
  return {
    deployment,
    pathVariable: names.get(deployment)?.pathVariable ?? "",
    modelFolder: modelFolder(deployment.source, folders.models),
    checkpointFolder: `${folders.engines}/checkpoints/${name.checkpoint}`,
    engineFolder: `${folders.engines}/${name.engine}`,
    step: checkpointStep(deployment),
    gpu,
    gpusPerNode,
  };
}

/** The limits stand in the name: an engine for other limits is another engine. */
function engineName({ deployment, gpu }: OnGpu): string {
  const { maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock } = deployment;
  const sm = `sm${gpu.computeCapability.replace(/[^0-9]/g, "")}`;
  const limits = `b${maxBatchSize}-t${maxNumTokens}-s${maxSeqLen}-k${tokensPerBlock}`;
  return `${checkpointName(deployment)}-${sm}-${limits}`;
}

/**
 * What is there is not made again, so everything that makes the files other ones stands in the name: the model's
 * source, since a name of the fleet may get another model, and the version, since others can't load them.
 */
function checkpointName(deployment: PlanDeployment): string {
  const { model, source, engine, quantization, kvCacheDtype, tp, pp, ep } = deployment;
  const made = `${slug(model)}-${sourceSlug(source)}-trtllm-${slug(engine.version)}`;
  const experts = ep > 1 ? `-ep${ep}` : "";
  return `${made}-${quantization}-kv-${kvCacheDtype}-tp${tp}-pp${pp}${experts}`;
}

function checkpointNames(deployments: readonly PlanDeployment[]): ReadonlyMap<string, string> {
  const byKey = new Map(deployments.map((each) => [checkpointKey(each), checkpointName(each)]));
  const names = uniqueNames([...byKey.values()]);
  return new Map([...byKey.keys()].map((key, at) => [key, names[at] ?? ""]));
}

function checkpointKey({ source, quantization, kvCacheDtype, tp, pp, ep }: PlanDeployment): string {
  return JSON.stringify([source, quantization, kvCacheDtype, tp, pp, ep]);
}

function engineKey({ deployment, gpu }: OnGpu): string {
  const { maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock } = deployment;
  const limits = [maxBatchSize, maxNumTokens, maxSeqLen, tokensPerBlock];
  return JSON.stringify([checkpointKey(deployment), gpu.computeCapability, ...limits]);
}
