import type { EngineSpec } from "./engine.ts";
import { compareVersions } from "./version.ts";

/** Models whose sliding-window layers an engine keeps in a pool of their own, and how large that pool is. */
export interface WindowPoolRule {
  /** Tokens of the window layers' pool for each token of the other layers' pool. */
  readonly ratio: number;
  /** `model_type`s of config.json. */
  readonly families: readonly string[];
  /** Cards where the engine's default attention kernels can read two pools. */
  readonly computeCapabilities: readonly string[];
  readonly from: string;
  readonly source: string;
}

/** Size of the window layers' pool against the other's; undefined where all layers have one pool. */
export function windowPoolRatio(
  { windowPools = [] }: Pick<EngineSpec, "windowPools">,
  at: {
    readonly version: string;
    readonly family: string;
    readonly computeCapability: string;
  },
): number | undefined {
  return windowPools.find(
    ({ families, computeCapabilities, from }) =>
      families.includes(at.family) &&
      computeCapabilities.includes(at.computeCapability) &&
      compareVersions(at.version, from) >= 0,
  )?.ratio;
}
