import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";
import type { EngineId } from "../engine/engine.ts";
import { cardsByHost, gpusOf } from "./host-plan.ts";
import type { RefusalReason } from "./refusal.ts";
import type { RenderOptions } from "./render-options.ts";
import { hostSpanningTarget, type TargetId, targetOfPlan } from "./targets/target-id.ts";
import { ONE_HOST } from "./text/instead.ts";
import { isShellText } from "./text/shell.ts";

/** Why a plan can't be written, or nothing. Every rule runs and every reason is kept. */
export type Rule = (plan: PlanDocument, options: RenderOptions) => readonly RefusalReason[];

/** What every target needs. */
export const COMMON_RULES: readonly Rule[] = [
  hasDeployments,
  eachModel(partsAgree),
  eachModel(textIsCarried),
];

/** What a target needs that starts a model on one host only. */
export const ONE_HOST_RULES: readonly Rule[] = [eachModel(onOneHost)];

/** A rule that looks at one deployment after the other. */
export function eachModel(
  check: (deployment: PlanDeployment, plan: PlanDocument) => readonly RefusalReason[],
): Rule {
  return (plan) => plan.deployments.flatMap((deployment) => check(deployment, plan));
}

/** A rule that looks at the deployments of one engine; what another engine runs is refused as a whole. */
export function eachModelOf(
  engine: EngineId,
  check: (deployment: PlanDeployment, plan: PlanDocument) => readonly RefusalReason[],
): Rule {
  return eachModel((deployment, plan) =>
    deployment.engine.id === engine ? check(deployment, plan) : [],
  );
}

/** Every deployment runs the one engine that a target starts; `other` says what to use else, unless given what starts all engines of the plan. */
export function onlyEngine(
  needs: EngineId,
  other: (plan: PlanDocument) => string | undefined = wayOf,
): Rule {
  return eachModel(({ model, engine: { id: engine } }, plan) => {
    const instead = other(plan);
    return engine === needs
      ? []
      : [
          {
            code: "wrong-engine",
            model,
            engine,
            needs,
            ...(instead === undefined ? {} : { instead }),
          },
        ];
  });
}

/** What starts all engines of a plan, over hosts too where it has such models; undefined for a plan without any. */
export function wayOf(plan: PlanDocument): TargetId | typeof ONE_HOST | undefined {
  const spread = plan.deployments.filter(
    (each) => new Set(gpusOf(plan, each).map(({ host }) => host)).size > 1,
  );
  const hasWay = spread.every(({ engine }) => hostSpanningTarget(engine.id) !== undefined);
  return hasWay ? targetOfPlan(plan) : ONE_HOST;
}

/** TensorRT-LLM is told a fraction of free memory; only a plan that was edited by hand has none. */
export function fractionIsSaid({ model, kv }: PlanDeployment): readonly RefusalReason[] {
  return kv.freeGpuMemFraction === undefined
    ? [{ code: "plan-broken", model, problem: "no fraction of free memory" }]
    : [];
}

function hasDeployments({ deployments }: PlanDocument): readonly RefusalReason[] {
  return deployments.length === 0 ? [{ code: "nothing-placed" }] : [];
}

/** A plan that Berth wrote always passes; one that was edited by hand may not. */
function partsAgree(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const { model, tp, pp, ranks, gpus, stageLayers } = deployment;
  const size = tp * pp;
  const counts = { cards: gpus.length, ranks: ranks.length, stages: stageLayers.length };
  const problems = [
    ...(counts.cards === size && counts.ranks === size
      ? []
      : [`${counts.cards} cards and ${counts.ranks} ranks for tp ${tp} times pp ${pp}`]),
    ...(counts.stages === pp ? [] : [`${counts.stages} stages for pp ${pp}`]),
    ...(gpusOf(plan, deployment).length === gpus.length
      ? []
      : ["a card that the plan's list of GPUs does not have"]),
    ...(new Set(gpus).size === gpus.length ? [] : ["the same card for two ranks"]),
  ];
  return problems.map((problem) => ({ code: "plan-broken", model, problem }));
}

function onOneHost(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const { model, engine } = deployment;
  const hosts = cardsByHost(gpusOf(plan, deployment)).map((cards) => cards[0]?.host ?? "");
  const instead = hostSpanningTarget(engine.id);
  return hosts.length > 1
    ? [{ code: "spans-hosts", model, hosts, ...(instead === undefined ? {} : { instead }) }]
    : [];
}

function textIsCarried(deployment: PlanDeployment, plan: PlanDocument): readonly RefusalReason[] {
  const texts = {
    "the name": deployment.model,
    "the source": deployment.source,
    "the draft's source": deployment.draft?.source ?? "",
    "the engine's version": deployment.engine.version,
    "a card's UUID": gpusOf(plan, deployment)
      .map(({ uuid }) => uuid ?? "")
      .join(),
  };
  return Object.entries(texts)
    .filter(([, text]) => !isShellText(text))
    .map(([field]) => ({ code: "text-not-carried", model: deployment.model, field }));
}
