import type { PlanDocument } from "../documents/plan-document.ts";
import type { EngineId } from "../engine/engine.ts";
import { shown } from "../report/errors.ts";
import type { Artifact } from "./artifact.ts";
import { endpointsOf } from "./endpoints-of.ts";
import { renderDeployment } from "./render.ts";
import type { RenderOptions } from "./render-options.ts";
import { routerSection } from "./routers/readme.ts";
import { renderRouter } from "./routers/render-router.ts";
import type { RouterChoice } from "./routers/router-choice.ts";
import { keepsRouter } from "./targets/registry.ts";
import { type TargetId, targetOfEngine } from "./targets/target-id.ts";

/** The files of a plan with the targets that wrote them; or every reason why there are none. */
export type BundleResult =
  | {
      readonly ok: true;
      readonly artifacts: readonly Artifact[];
      readonly targets: readonly TargetId[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** What to write for a plan. */
export interface BundleWish {
  /** Undefined for the target of each engine. */
  readonly target: TargetId | undefined;
  readonly options: RenderOptions;
  /** One endpoint in front of all servers; undefined for none. */
  readonly router: RouterChoice | undefined;
}

/**
 * The files of a plan. Without a target, an engine gets its own, several get start scripts in one order; where
 * one Triton is asked for beside other engines, a folder each.
 * One router stands in front of all of them. The same plan gives the same bytes; nothing is written to a disk.
 */
export function renderBundle(plan: PlanDocument, wish: BundleWish): BundleResult {
  const parts = bundleParts(plan, wish).map((part) => withRouter(part, wish.router));
  const rendered = parts.map(renderPart);
  const all = joined(rendered);
  if (!all.ok || wish.router === undefined) {
    return all;
  }
  const router = routerFor(plan, parts, wish.router);
  const isKept = parts.some(({ target }) => target !== undefined && keepsRouter(target));
  return joined([isKept ? all : { ...all, artifacts: all.artifacts.map(withSection) }, router]);
}

function withRouter(part: BundlePart, router: RouterChoice | undefined): BundlePart {
  return router === undefined ? part : { ...part, options: { ...part.options, router } };
}

/** What one target writes: a part of the plan, in a folder. */
export interface BundlePart {
  readonly plan: PlanDocument;
  readonly options: RenderOptions;
  readonly engine: EngineId | undefined;
  /** Undefined where no target starts the engine. */
  readonly target: TargetId | undefined;
  /** "" or "NAME/". */
  readonly prefix: string;
}

/** Ports from one target's first to the next one's, where a plan has several: more than a host has servers. */
const PORTS_A_TARGET = 100;
const FIRST_PORT = 8000;

/** The whole plan for one target, or an engine each for its own; where there are several, no two use the same port. */
export function bundleParts(
  plan: PlanDocument,
  { target, options }: Pick<BundleWish, "target" | "options">,
): readonly BundlePart[] {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))].sort();
  if (target !== undefined || engines.length === 0) {
    const only = target ?? "trtllm-serve";
    return [{ plan, options, engine: undefined, target: only, prefix: "" }];
  }
  // Engines that may share cards need one order of starts; one Triton for all TensorRT engines has its own.
  const isOneTriton = options.tritonMode !== undefined && options.tritonMode !== "leader";
  if (engines.length > 1 && !(engines.includes("tensorrt-llm-engine") && isOneTriton)) {
    return [{ plan, options, engine: undefined, target: "scripts", prefix: "" }];
  }
  return engines.map((engine, at) => {
    const deployments = plan.deployments.filter((deployment) => deployment.engine.id === engine);
    const own = targetOfEngine(engine);
    const isOnly = engines.length === 1;
    const firstPort = (options.firstPort ?? FIRST_PORT) + at * PORTS_A_TARGET;
    return {
      plan: { ...plan, deployments },
      options: isOnly ? options : { ...options, firstPort },
      engine,
      target: own,
      prefix: isOnly ? "" : `${own ?? ""}/`,
    };
  });
}

function renderPart({ plan, options, engine, target, prefix }: BundlePart): BundleResult {
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
    : { ok: false, reasons: eachOnce(result.refusals).map((text) => `${target}: ${text}`) };
}

type Refusals = Extract<ReturnType<typeof renderDeployment>, { readonly ok: false }>["refusals"];

/** What differs in the model alone is said once, with the other models behind it. */
function eachOnce(refusals: Refusals): readonly string[] {
  const groups = new Map<string, Refusals>();
  for (const refusal of refusals) {
    const key = JSON.stringify({ ...refusal.reason, model: undefined });
    groups.set(key, [...(groups.get(key) ?? []), refusal]);
  }
  return [...groups.values()].map(([first, ...others]) => {
    const models = others.flatMap(({ reason }) => ("model" in reason ? [shown(reason.model)] : []));
    const more = models.length === 0 ? "" : ` (the same for ${models.join(", ")})`;
    return `${first?.text ?? ""}${more}`;
  });
}

function routerFor(
  plan: PlanDocument,
  parts: readonly BundlePart[],
  router: RouterChoice,
): BundleResult {
  const endpoints = parts.flatMap(({ plan: own, options, target, prefix }) =>
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

function joined(parts: readonly BundleResult[]): BundleResult {
  const reasons = parts.flatMap((part) => (part.ok ? [] : part.reasons));
  return reasons.length > 0
    ? { ok: false, reasons }
    : {
        ok: true,
        artifacts: parts.flatMap((part) => (part.ok ? part.artifacts : [])),
        targets: parts.flatMap((part) => (part.ok ? part.targets : [])),
      };
}
