import type { LinearStep } from "../linear-step.ts";
import type { ServingLimits } from "../serving-limits.ts";
import type { TensorBackend, WasmFiles } from "../tensors.ts";
import type { Workload } from "../workload.ts";

/** One replica of a model, and what it serves. */
export interface OccupancyCase {
  readonly workload: Workload;
  /** Replicas that share the workload's requests. */
  readonly replicas: number;
  readonly limits: ServingLimits;
  readonly step: LinearStep;
}

/** Size and seed of a Monte Carlo simulation. */
export interface OccupancyOptions {
  readonly seed: number;
  readonly paths: number;
  /** Kinds of replicas that are simulated for one answer, 1 where absent: the more, the fewer parts the paths of each are cut into. */
  readonly kinds?: number | undefined;
  readonly horizonSeconds: number;
  /** Equal parts of the time for which quantiles are given. */
  readonly bands: number;
  /** How finely time and output lengths are cut; what is usual where absent. docs/benchmarks/occupancy.md has the errors. */
  readonly grain?: Partial<OccupancyGrain> | undefined;
  /** Tensors on the named backend, or typed arrays without any; where absent the first backend that loads. */
  readonly backend?: TensorBackend | "typed-arrays" | undefined;
  readonly wasmFiles?: WasmFiles | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Told now and then how much is done, in [0, 1]; the walk goes on when its promise is kept. */
  readonly onProgress?: ((done: number) => Promise<void> | void) | undefined;
}

export interface OccupancyGrain {
  /** Ticks of a request of mean length, where that makes no more than 4,000 in all. */
  readonly ticksPerRequest: number;
  /** Output lengths that stand for all: of so many, twice as many powers less one have the right means. */
  readonly outputLengths: number;
}
