export { SPEED_SYMBOLS } from "./capacity/symbols.ts";
export { type CapacityCurve, capacityCurve } from "./documents/capacity/capacity-curve.ts";
export type {
  CapacityDocument,
  ComparedQuantile,
  CurvePoint,
  FleetCapacity,
  Interval,
  Latency,
  LossCapacity,
  ModelCapacity,
  OccupancyCapacity,
  ReplicaCapacity,
  SimulatedCapacity,
  SimulatedLatency,
  SimulatedRequests,
  TargetCapacity,
  UnplacedCapacity,
} from "./documents/capacity/capacity-document.ts";
export type { EnergyCost } from "./documents/capacity/energy-cost.ts";
export { type CapacityInput, planCapacity } from "./documents/capacity/plan-capacity.ts";
export { withCurves } from "./documents/capacity/with-curves.ts";
export type { WorkloadChange } from "./documents/capacity/workload-of.ts";
export { explainSpeed } from "./documents/explain-speed/explain-speed.ts";
export { countableRate } from "./documents/workload/countable-rate.ts";
export { evaluateExpression, type Vars } from "./documents/workload/expression.ts";
export type { PlanWorkload } from "./documents/workload/plan-workload.ts";
export { readLengths, varsOf } from "./documents/workload/resolve-workloads.ts";
export { parseTrace, type Trace } from "./documents/workload/trace.ts";
export type { FleetCosts } from "./documents/workload/workload-types.ts";
