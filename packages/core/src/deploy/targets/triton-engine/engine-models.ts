import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { HostedDeployment } from "../../host-plan.ts";
import { slugs, uniqueNames } from "../../names.ts";
import type { TritonMode } from "../../render-options.ts";
import type { EngineBuild } from "./engine-builds.ts";
import { modelFolder } from "./folders.ts";
import type { Group } from "./instance-groups.ts";

/** One `tensorrt_llm_…` model with what stands around it. */
export interface EngineModel {
  /** Replicas that are instances of this one model, in start order; mostly one. */
  readonly instances: readonly [HostedDeployment, ...HostedDeployment[]];
  /** The ensemble: the name that clients ask for. */
  readonly ensemble: string;
  readonly llm: string;
  readonly tokenizer: Tokenizer;
  readonly build: EngineBuild;
  /** Cards of each instance, as `gpu_device_ids` takes them. */
  readonly deviceIds: string;
  /** MPI ranks of each instance; where the workers are spawned there are none, and they would be refused. */
  readonly participantIds: string | undefined;
}

/** One pair of text models; every model from the same files shares it. */
export interface Tokenizer {
  readonly folder: string;
  readonly preprocessing: string;
  readonly postprocessing: string;
  /** The largest of the models that share it: a step may not take less than its ensemble. */
  readonly maxBatchSize: number;
}

export interface ModelContext {
  readonly builds: ReadonlyMap<PlanDeployment, EngineBuild>;
  readonly modelsFolder: string;
  readonly mode: TritonMode;
  readonly front: "ensemble" | "bls";
}

/** The names by which TensorRT-LLM's BLS model calls its text models. */
const BLS_NAMES = ["preprocessing", "postprocessing"] as const;

/** The models of one repository, in start order; public names first, so that no inner model can take one. */
export function engineModels(
  groups: readonly Group[],
  { builds, modelsFolder, mode, front }: ModelContext,
): readonly EngineModel[] {
  const firsts = groups.map(([first]) => first.deployment);
  const bases = slugs(
    firsts.map(({ model }) => model),
    (model) => model,
  );
  const reserved = front === "bls" ? BLS_NAMES : [];
  const ensembles = uniqueNames(
    firsts.map(({ model }) => bases.get(model) ?? ""),
    reserved,
  );
  const llms = uniqueNames(
    ensembles.map((name) => `tensorrt_llm_${name}`),
    [...ensembles, ...reserved],
  );
  const tokenizers = nameTokenizers(firsts, [...ensembles, ...llms], { modelsFolder, front });
  const participants = mode === "orchestrator-no-spawn" ? participantIds(groups) : [];
  return groups.flatMap((instances, at) => {
    const build = builds.get(instances[0].deployment);
    const tokenizer = tokenizers.get(instances[0].deployment.source);
    return build === undefined || tokenizer === undefined
      ? []
      : [
          {
            instances,
            ensemble: ensembles[at] ?? "",
            llm: llms[at] ?? "",
            tokenizer,
            build,
            deviceIds: deviceIds(instances, mode),
            participantIds: participants[at],
          },
        ];
  });
}

/**
 * "0,1;2,3": cards of an instance by ",", in the order of its ranks; instances by ";". A leader sees no other cards than
 * its own and counts those.
 */
function deviceIds(instances: Group, mode: TritonMode): string {
  return instances
    .map(({ gpus }) => gpus.map(({ index }, rank) => (mode === "leader" ? rank : index)).join(","))
    .join(";");
}

/** MPI ranks in the grammar of deviceIds, a rank a card; 0 is the orchestrator's. */
function participantIds(groups: readonly Group[]): readonly string[] {
  let next = 1;
  return groups.map((instances) =>
    instances
      .map(({ gpus }) =>
        gpus
          .map(() => {
            const rank = next;
            next += 1;
            return rank;
          })
          .join(","),
      )
      .join(";"),
  );
}

function nameTokenizers(
  deployments: readonly PlanDeployment[],
  taken: readonly string[],
  { modelsFolder, front }: Pick<ModelContext, "modelsFolder" | "front">,
): ReadonlyMap<string, Tokenizer> {
  const sources = slugs(
    deployments.map(({ source }) => source),
    (source) => source.split("/").findLast((part) => part !== "") ?? "",
  );
  const pairs = BLS_NAMES.map((kind) =>
    uniqueNames(
      [...sources.values()].map((name) => (front === "bls" ? kind : `${kind}_${name}`)),
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
