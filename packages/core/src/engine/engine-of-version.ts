import type { EngineSpec, PrecisionRule } from "./engine.ts";
import { compareVersions } from "./version.ts";

/** The engine with the precisions that this version has; itself where it has all. Made once for a version. */
export function engineOfVersion(engine: EngineSpec, version: string): EngineSpec {
  if (engine.precisions.every(isOfAll)) {
    return engine;
  }
  const versions = KNOWN.get(engine) ?? new Map<string, EngineSpec>();
  KNOWN.set(engine, versions);
  const known = versions.get(version) ?? narrowed(engine, version);
  if (versions.size < MOST_VERSIONS) {
    versions.set(version, known);
  }
  return known;
}

const KNOWN = new WeakMap<EngineSpec, Map<string, EngineSpec>>();

/** Versions remembered of an engine: a few dozen are asked for, more come from odd input only. */
const MOST_VERSIONS = 1000;

function isOfAll({ from, before }: PrecisionRule): boolean {
  return from === undefined && before === undefined;
}

function narrowed(engine: EngineSpec, version: string): EngineSpec {
  const precisions = engine.precisions.filter(
    ({ from, before }) =>
      (from === undefined || compareVersions(version, from) >= 0) &&
      (before === undefined || compareVersions(version, before) < 0),
  );
  return precisions.length === engine.precisions.length
    ? engine
    : { ...engine, precisions, precisionsOf: version };
}
