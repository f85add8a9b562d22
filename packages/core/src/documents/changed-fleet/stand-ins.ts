import type { LengthDistribution } from "../../capacity/workload.ts";
import type { WorkloadChange } from "../capacity/workload-of.ts";
import type { FleetFile, FleetModel } from "../fleet-file-types.ts";
import type { FleetLengths } from "../workload/workload-types.ts";

/**
 * The fleet file as if its workloads said what stands in for them, so that plans are made for that too. A model
 * without a workload gets one where both lengths are given.
 */
export function withStandIns(fleet: FleetFile, change: WorkloadChange = {}): FleetFile {
  return { ...fleet, models: fleet.models.map((model) => changed(model, change)) };
}

function changed(model: FleetModel, { rate, prompt, output }: WorkloadChange): FleetModel {
  const hasLengths = prompt !== undefined && output !== undefined;
  return model.workload === undefined && !hasLengths
    ? model
    : {
        ...model,
        workload: {
          ...model.workload,
          ...(rate === undefined ? {} : { rate }),
          ...(prompt === undefined ? {} : { prompt: written(prompt) }),
          ...(output === undefined ? {} : { output: written(output) }),
        },
      };
}

/** Lengths as a fleet file writes them. */
function written(lengths: LengthDistribution): FleetLengths {
  switch (lengths.kind) {
    case "fixed":
      return lengths.tokens;
    case "lognormal":
      return { median: lengths.median, sigma: lengths.sigma, most: lengths.most };
    case "quantiles":
      return { quantiles: lengths.points };
    case "histogram":
      return { histogram: lengths.bins };
    case "sample":
      return { quantiles: sampled(lengths.sorted) };
    default:
      return lengths satisfies never;
  }
}

/** Each value at its share of the sample, once. */
function sampled(
  sorted: Extract<LengthDistribution, { readonly kind: "sample" }>["sorted"],
): Extract<FleetLengths, { readonly quantiles: unknown }>["quantiles"] {
  return sorted.map((tokens, i) => ({ share: (i + 1) / sorted.length, tokens }));
}
