export { planAlternatives } from "./documents/alternatives/plan-alternatives.ts";
export { diffPlans } from "./documents/diff/diff-plans.ts";
export type { GpuDiff, PlanDiff, ReplicaDiff, ReplicaPlace } from "./documents/diff/plan-diff.ts";
export { type PlanFromInput, planFrom } from "./documents/staying/plan-from.ts";
export { verifyTransition } from "./documents/staying/verify-transition.ts";
export type { MoveCost } from "./documents/staying/worth.ts";
