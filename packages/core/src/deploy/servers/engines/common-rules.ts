import type { PlanKv } from "../../../documents/plan-document.ts";
import type { EngineId } from "../../../engine/engine.ts";
import { compareVersions } from "../../../engine/version.ts";
import type { DraftMethod } from "../../../model/model.ts";
import type { KvCacheDtype } from "../../../model/quantization.ts";
import { eachModelOf, type Rule } from "../../rules.ts";

/** Versions before the oldest take other settings than ours. */
export function versionIsKnown(engine: EngineId, oldest: string): Rule {
  return ({ deployments }) => {
    const versions = deployments
      .filter((deployment) => deployment.engine.id === engine)
      .map((deployment) => deployment.engine.version);
    return [...new Set(versions)]
      .filter((version) => compareVersions(version, oldest) < 0)
      .map((version) => ({ code: "version-too-old", engine, version, oldest }));
  };
}

/** The engine's own memory knob stands in the plan; only one that was edited by hand has none. */
export function knobIsSaid(engine: EngineId, knob: keyof PlanKv): Rule {
  return eachModelOf(engine, ({ model, kv }) =>
    kv[knob] === undefined ? [{ code: "plan-broken", model, problem: `no ${knob}` }] : [],
  );
}

export function kvDtypeHasName(
  engine: EngineId,
  nameOf: (dtype: KvCacheDtype) => string | undefined,
): Rule {
  return eachModelOf(engine, ({ model, kvCacheDtype }) =>
    nameOf(kvCacheDtype) === undefined
      ? [{ code: "kv-cache-dtype", model, dtype: kvCacheDtype }]
      : [],
  );
}

/** The engine has a name for what the draft is. */
export function draftIsTaken(
  engine: EngineId,
  nameOf: (method: DraftMethod) => string | undefined,
): Rule {
  return eachModelOf(engine, ({ model, draft }) =>
    draft === undefined || nameOf(draft.method) !== undefined
      ? []
      : [{ code: "draft-method", model, engine, method: draft.method }],
  );
}
