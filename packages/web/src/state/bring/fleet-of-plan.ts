import type { PlanDeployment, PlanDocument, PlanGpu } from "@berth/core";
import { stringify } from "yaml";
import { groupsOf } from "../groups-of.ts";
import { workloadOfPlan } from "./workload-of-plan.ts";

const MIB = 1_048_576;

/** What the planner goes for where nothing is said. */
const USUAL_CHANCE = 0.99;

/**
 * A fleet file that asks for what a plan gives, since a plan holds none: the same cards, the same models with the
 * same load. What others hold of a card is kept free. Models without a place are not in it: a plan names them, and
 * does not say what they are.
 */
export function fleetOfPlan(name: string, plan: PlanDocument): string {
  const fleet = {
    hosts: groupsOf(plan.gpus, ({ host }) => host).map(([host, gpus]) => hostOf(plan, host, gpus)),
    ...policyOf(plan),
    ...(plan.costs === undefined ? {} : { costs: plan.costs }),
    models: groupsOf(plan.deployments, ({ model }) => model).map(([model, own]) => ({
      ...modelOf(own),
      ...askedOf(plan, model),
    })),
  };
  return `# Made from ${name.replaceAll(/\s/g, " ")}: what the plan gives is what is asked for here.\n${stringify(fleet, { lineWidth: 0 })}`;
}

/** What the model is asked to serve, where the plan says. */
function askedOf({ workloads = [] }: PlanDocument, name: string): object {
  const workload = workloads.find(({ model }) => model === name);
  return workload === undefined ? {} : { workload: workloadOfPlan(workload) };
}

function policyOf({ chanceWanted, deployments }: PlanDocument): object {
  const policy = {
    ...(chanceWanted === USUAL_CHANCE ? {} : { chanceToFit: chanceWanted }),
    ...(deployments.some(({ mayMixCards }) => mayMixCards) ? { mixedTensorParallel: true } : {}),
  };
  return Object.keys(policy).length === 0 ? {} : { policy };
}

function hostOf(plan: PlanDocument, name: string, gpus: readonly PlanGpu[]): object {
  const host = plan.hosts.find((each) => each.name === name);
  const cards = gpus.map(({ index, labels, reserveBytes, usedByOthersBytes }) => ({
    index,
    ...(labels === undefined ? {} : { labels }),
    ...sizeOf("reserve", reserveBytes + usedByOthersBytes),
  }));
  return {
    name,
    gpus: kindsOf(gpus),
    ...(host?.power === undefined ? {} : { powerBudgetW: host.power.budgetW }),
    ...sizeOf("memory", host?.memory?.bytes),
    ...sizeOf("disk", host?.disk?.bytes),
    ...(cards.some((card) => Object.keys(card).length > 1) ? { cards } : {}),
  };
}

/** Whole mebibytes: rounded up, so that nothing is promised that is not there. */
function sizeOf(key: string, bytes: number | undefined): Readonly<Record<string, string>> {
  return bytes === undefined || bytes === 0 ? {} : { [key]: `${Math.ceil(bytes / MIB)} MiB` };
}

/** Runs of equal cards, in the order of the host, so that indices stay. */
function kindsOf(gpus: readonly PlanGpu[]): readonly { gpu: string; count: number }[] {
  const kinds: { gpu: string; count: number }[] = [];
  for (const { catalogId } of gpus.toSorted((a, b) => a.index - b.index)) {
    const last = kinds.at(-1);
    if (last?.gpu === catalogId) {
      last.count += 1;
    } else {
      kinds.push({ gpu: catalogId, count: 1 });
    }
  }
  return kinds;
}

function modelOf(replicas: readonly PlanDeployment[]): object {
  const [first] = replicas;
  if (first === undefined) {
    return {};
  }
  const { model, source, engine, quantization, kvCacheDtype, maxSeqLen } = first;
  return {
    name: model,
    model: source,
    engine: engine.id,
    engineVersion: engine.version,
    // of a GGUF file the precision is in the file
    ...(quantization === "gguf" ? {} : { quantization }),
    kvCacheDtype,
    maxSeqLen,
    concurrency: Math.max(
      1,
      Math.min(...replicas.map(({ concurrentSequences }) => concurrentSequences)),
    ),
    ...(replicas.length > 1 ? { replicas: replicas.length } : {}),
    ...wishesOf(first),
  };
}

function wishesOf(wished: PlanDeployment): object {
  const { isExclusive, notWith, isSpread, acrossHosts, pins, labels } = wished;
  const { draft, draftLayers, draftTokens, imagesPerPrompt } = wished;
  return {
    ...(draft === undefined ? {} : { draft: draft.source }),
    ...(draftLayers === undefined ? {} : { draftLayers }),
    ...(draftTokens === undefined ? {} : { draftTokens }),
    ...(imagesPerPrompt === undefined ? {} : { imagesPerPrompt }),
    ...(isExclusive ? { exclusive: true } : {}),
    ...(notWith.length > 0 ? { notWith } : {}),
    ...(isSpread === true ? { spread: "host" } : {}),
    ...(acrossHosts === true ? { acrossHosts: true } : {}),
    ...(pins === undefined ? {} : { gpus: pins }),
    ...(labels === undefined ? {} : { labels }),
  };
}
