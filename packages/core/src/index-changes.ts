export { planAlternatives } from "./documents/alternatives/plan-alternatives.ts";
export {
  BUY_TITLE,
  buyTable,
  buyVerdict,
  sizesText,
} from "./documents/changed-fleet/buy-words.ts";
export { type FleetChange, parseChange } from "./documents/changed-fleet/fleet-change.ts";
export {
  changesText,
  fleetTable,
  type PlaceSentence,
  placeSentences,
} from "./documents/changed-fleet/fleet-words.ts";
export { modelTable } from "./documents/changed-fleet/model-words.ts";
export type { TextTable } from "./documents/changed-fleet/text-table.ts";
export { type WhatIfInput, whatIf } from "./documents/changed-fleet/what-if.ts";
export type { WhatIfDocument } from "./documents/changed-fleet/whatif-document.ts";
export { diffPlans } from "./documents/diff/diff-plans.ts";
export type { GpuDiff, PlanDiff, ReplicaDiff, ReplicaPlace } from "./documents/diff/plan-diff.ts";
export { concurrencyFor } from "./documents/load/concurrency-for.ts";
export { loadFrontier } from "./documents/load/load-frontier.ts";
export { askLoad } from "./documents/load/load-question.ts";
export type {
  FrontierPoint,
  LoadPoint,
  LoadQuestion,
  LoadSubject,
  LoadVerdict,
} from "./documents/load/load-types.ts";
export { type MadeFrom, madeFromOf } from "./documents/made-from.ts";
export { type PlanFromInput, planFrom } from "./documents/staying/plan-from.ts";
export { verifyTransition } from "./documents/staying/verify-transition.ts";
export type { MoveCost } from "./documents/staying/worth.ts";
