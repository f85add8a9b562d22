import { type EngineId, InputError, type PlanDocument, shown } from "@berth/core";
import {
  type Artifact,
  isTargetId,
  listTargets,
  type RenderOptions,
  renderDeployment,
  type TargetId,
  targetOfEngine,
} from "@berth/core/deploy";

export type Deployments =
  | {
      readonly ok: true;
      readonly artifacts: readonly Artifact[];
      readonly targets: readonly TargetId[];
    }
  | { readonly ok: false; readonly reasons: readonly string[] };

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
 */
export function deploymentsOf(
  plan: PlanDocument,
  target: TargetId | undefined,
  options: RenderOptions,
): Deployments {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))].sort();
  if (target !== undefined || engines.length === 0) {
    return rendered(plan, target ?? "trtllm-serve", { options, prefix: "" });
  }
  const parts = engines.map((engine) =>
    ofEngine(plan, engine, (id) => ({ options, prefix: engines.length === 1 ? "" : `${id}/` })),
  );
  const reasons = parts.flatMap((part) => (part.ok ? [] : part.reasons));
  return reasons.length > 0
    ? { ok: false, reasons }
    : {
        ok: true,
        artifacts: parts.flatMap((part) => (part.ok ? part.artifacts : [])),
        targets: parts.flatMap((part) => (part.ok ? part.targets : [])),
      };
}

/** The part of a plan that one engine runs, in the folder of the target that starts it. */
function ofEngine(
  plan: PlanDocument,
  engine: EngineId,
  wishOf: (target: TargetId) => RenderWish,
): Deployments {
  const own = plan.deployments.filter((deployment) => deployment.engine.id === engine);
  const target = targetOfEngine(engine);
  if (target === undefined) {
    const models = [...new Set(own.map(({ model }) => model))].join(", ");
    return {
      ok: false,
      reasons: [`no target starts ${engine} yet, for which ${models} is planned`],
    };
  }
  return rendered({ ...plan, deployments: own }, target, wishOf(target));
}

interface RenderWish {
  readonly options: RenderOptions;
  /** Folder of the target's files: "" or "NAME/". */
  readonly prefix: string;
}

function rendered(
  plan: PlanDocument,
  target: TargetId,
  { options, prefix }: RenderWish,
): Deployments {
  const result = renderDeployment(plan, target, options);
  return result.ok
    ? {
        ok: true,
        artifacts: result.artifacts.map((file) => ({ ...file, path: `${prefix}${file.path}` })),
        targets: [target],
      }
    : { ok: false, reasons: result.refusals.map(({ text }) => `${target}: ${text}`) };
}
