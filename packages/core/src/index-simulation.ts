export { CancelledError } from "./capacity/cancelled.ts";
export { type LinearStep, linearStep, type StepRange } from "./capacity/linear-step.ts";
export { type Occupancy, occupancyOf, simulateOccupancy } from "./capacity/occupancy/occupancy.ts";
export type { OccupancyCase, OccupancyOptions } from "./capacity/occupancy/occupancy-case.ts";
export type { OccupancyBand, OccupancyQuantiles } from "./capacity/occupancy/record.ts";
export {
  type PathPart,
  pathParts,
  type WalkedPart,
  walkPart,
} from "./capacity/occupancy/walk-part.ts";
export type { Estimate } from "./capacity/quantiles.ts";
export {
  type LatencyQuantiles,
  type Simulation,
  type SimulationCase,
  type SimulationOptions,
  simulateDeployment,
} from "./capacity/simulation/simulate.ts";
export { type TensorBackend, TensorBackendError, type WasmFiles } from "./capacity/tensors.ts";
export {
  type MonteCarloWish,
  type OccupancyWalkers,
  type SimulatedTime,
  withOccupancy,
  withSimulation,
} from "./documents/capacity/simulate-plan.ts";
