import { compareVersions } from "./version.ts";

/** A KV cache manager that lets a sequence start only while no more than a share of its pool is in use. */
export interface ResumeLimit {
  readonly share: number;
  /** `model_type`s that it is the default for. */
  readonly families: readonly string[];
  /** And every model with recurrent layers. */
  readonly hybrids: boolean;
  readonly from: string;
  readonly source: string;
}

/** The share up to which a sequence may start; undefined where the engine has no such limit for this model. */
export function resumeShare(
  limit: ResumeLimit | undefined,
  at: {
    readonly version: string;
    readonly family: string;
    readonly isHybrid: boolean;
    readonly beams: number;
  },
): number | undefined {
  const { version, family, isHybrid, beams } = at;
  if (limit === undefined || beams > 1 || compareVersions(version, limit.from) < 0) {
    return undefined;
  }
  return limit.families.includes(family) || (limit.hybrids && isHybrid) ? limit.share : undefined;
}
