import { modelPreset } from "../../catalog/catalog.ts";
import type { Comparison, VerifiedDeployment, VerifyDocument } from "../verify-document.ts";

/** A measured row that names nobody's machine: no host, UUID, path or model of one's own. */
export interface Contribution {
  readonly engine: string;
  readonly version: string;
  /** The catalogue's id; absent for a model that the catalogue does not know. */
  readonly model?: string;
  readonly quantization: string;
  readonly tp: number;
  readonly pp: number;
  readonly gpu: string;
  readonly computeCapability: string;
  readonly rank: number;
  readonly numbers: readonly {
    readonly id: string;
    readonly unit: string;
    readonly low: number;
    readonly planned: number;
    readonly high?: number;
    readonly measured: number;
    readonly halfWidth: number;
  }[];
}

/** One row a rank of which a log said something. */
export function contributions(reports: readonly VerifyDocument[]): readonly Contribution[] {
  return reports.flatMap(({ deployments }) => deployments.flatMap(rowsOf));
}

function rowsOf(deployment: VerifiedDeployment): readonly Contribution[] {
  const { engine, runningVersion, source, quantization, tp, pp, ranks } = deployment;
  const model = modelPreset(source)?.id;
  return ranks.flatMap(({ rank, catalogId, computeCapability, comparisons }) => {
    const numbers = comparisons.filter(({ evidence }) => evidence.kind === "log").map(numberOf);
    return numbers.length === 0
      ? []
      : [
          {
            engine: engine.id,
            version: publicVersion(runningVersion ?? engine.version),
            ...(model === undefined ? {} : { model }),
            quantization,
            tp,
            pp,
            gpu: catalogId,
            computeCapability,
            rank,
            numbers,
          },
        ];
  });
}

/** A build of one's own may name people or branches: "0.20.1.dev3+g12ab.someone" is 0.20.1. */
function publicVersion(version: string): string {
  return /^[vb]?\d+(?:\.\d+){0,3}(?:rc\d+)?/.exec(version)?.[0] ?? "";
}

function numberOf(comparison: Comparison): Contribution["numbers"][number] {
  const { id, unit, low, planned, high, measured, halfWidth } = comparison;
  const bounds = high === undefined ? { low, planned } : { low, planned, high };
  return { id, unit, ...bounds, measured, halfWidth };
}
