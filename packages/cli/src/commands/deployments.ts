import { type EngineId, InputError, type PlanDocument, shown } from "@berth/core";
import {
  type Artifact,
  endpointsOf,
  isTargetId,
  listTargets,
  type RenderOptions,
  renderDeployment,
  type TargetId,
  targetOfEngine,
} from "@berth/core/deploy";
import { type RouterChoice, renderRouter, routerSection } from "@berth/core/routers";

export type Deployments =
  | {
      readonly ok: true;
      readonly artifacts: readonly Artifact[];
      readonly targets: readonly TargetId[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** What to write for a plan. */
export interface DeploymentWish {
  /** Undefined for the target of each engine. */
  readonly target: TargetId | undefined;
  readonly options: RenderOptions;
  /** One endpoint in front of all servers; undefined for none. */
  readonly router: RouterChoice | undefined;
}

/** The target of this name. Throws an InputError for one that there is not. */
export function targetNamed(name: string): TargetId {
  if (isTargetId(name)) {
    return name;
  }
  const known = listTargets().map(({ id }) => id);
  throw new InputError({ file: "--target" }, `expected ${known.join(" or ")}, got ${shown(name)}`);
}

/**
 * The files of a plan. Without a target, each engine gets its own; two engines get a folder each.
 * One router stands in front of all of them.
 */
export function deploymentsOf(plan: PlanDocument, wish: DeploymentWish): Deployments {
  const parts = partsOf(plan, wish.target);
  const rendered = parts.map((part) => renderPart(part, wish.options));
  const all = joined(rendered);
  if (!all.ok || wish.router === undefined) {
    return all;
  }
  const router = routerFor(plan, parts, { ...wish, router: wish.router });
  return joined([{ ...all, artifacts: all.artifacts.map(withSection) }, router]);
}

/** What one target writes: a part of the plan, in a folder. */
interface Part {
  readonly plan: PlanDocument;
  readonly engine: EngineId | undefined;
  /** Undefined where no target starts the engine. */
  readonly target: TargetId | undefined;
  /** "" or "NAME/". */
  readonly prefix: string;
}

function partsOf(plan: PlanDocument, target: TargetId | undefined): readonly Part[] {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))].sort();
  if (target !== undefined || engines.length === 0) {
    return [{ plan, engine: undefined, target: target ?? "trtllm-serve", prefix: "" }];
  }
  return engines.map((engine) => {
    const deployments = plan.deployments.filter((deployment) => deployment.engine.id === engine);
    const own = targetOfEngine(engine);
    const prefix = engines.length === 1 ? "" : `${own ?? ""}/`;
    return { plan: { ...plan, deployments }, engine, target: own, prefix };
  });
}

function renderPart({ plan, engine, target, prefix }: Part, options: RenderOptions): Deployments {
  if (target === undefined) {
    const models = [...new Set(plan.deployments.map(({ model }) => model))].join(", ");
    return {
      ok: false,
      reasons: [`no target starts ${engine} yet, for which ${models} is planned`],
    };
  }
  const result = renderDeployment(plan, target, options);
  return result.ok
    ? {
        ok: true,
        artifacts: result.artifacts.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
        targets: [target],
      }
    : { ok: false, reasons: result.refusals.map(({ text }) => `${target}: ${text}`) };
}

function routerFor(
  plan: PlanDocument,
  parts: readonly Part[],
  { options, router }: { readonly options: RenderOptions; readonly router: RouterChoice },
): Deployments {
  const endpoints = parts.flatMap(({ plan: own, target, prefix }) =>
    target === undefined ? [] : endpointsOf(own, target, { options, prefix }),
  );
  const result = renderRouter(plan, endpoints, router);
  return result.ok
    ? { ok: true, artifacts: result.artifacts, targets: [] }
    : { ok: false, reasons: result.refusals.map(({ text }) => `${router.id}: ${text}`) };
}

function withSection(file: Artifact): Artifact {
  return file.path === "README.md" ? { ...file, text: `${file.text}\n${routerSection()}` } : file;
}

function joined(parts: readonly Deployments[]): Deployments {
  const reasons = parts.flatMap((part) => (part.ok ? [] : part.reasons));
  return reasons.length > 0
    ? { ok: false, reasons }
    : {
        ok: true,
        artifacts: parts.flatMap((part) => (part.ok ? part.artifacts : [])),
        targets: parts.flatMap((part) => (part.ok ? part.targets : [])),
      };
}
