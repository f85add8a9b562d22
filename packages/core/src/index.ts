export {
  gpuById,
  gpuIds,
  importPreset,
  matchGpuName,
  modelIds,
  modelPreset,
  sources,
} from "./catalog/catalog.ts";
export { engineById, engineIds } from "./catalog/engine-catalog.ts";

export {
  type EmptyCard,
  type EmptyReason,
  emptyCardText,
} from "./documents/empty/empty-card.ts";
export { estimate } from "./documents/estimate.ts";
export type {
  EstimateDocument,
  EstimateRank,
  EstimateRequest,
} from "./documents/estimate-document.ts";
export {
  type ExplainFilter,
  type Explanation,
  explainEstimate,
  explainPlan,
} from "./documents/explain.ts";
export type { ExplainedNumber } from "./documents/explained-number.ts";
export { listsCards } from "./documents/fleet.ts";
export { fleetCards } from "./documents/fleet-cards.ts";
export { parseFleetFile } from "./documents/fleet-file.ts";
export type { FleetFile, FleetModel } from "./documents/fleet-file-types.ts";
export { fleetJsonSchema } from "./documents/fleet-schema.ts";
export { type CardLink, groupLinks } from "./documents/group-links.ts";
export { inventoryFromTexts } from "./documents/inventory-from-texts.ts";
export { lawTex } from "./documents/law-tex.ts";
export { modelKey } from "./documents/model-key.ts";
export { type Move, type MoveVerdict, moveVerdict } from "./documents/move-verdict.ts";
export { isLessBetter } from "./documents/objective-sense.ts";
export type {
  PlanAlternative,
  PlanDeployment,
  PlanDocument,
  PlanGpu,
  PlanRank,
  PlanReplica,
  PlanStep,
  PlanTerm,
  PlanTransition,
} from "./documents/plan-document.ts";
export { planFileText } from "./documents/plan-file-text.ts";
export { planFleet } from "./documents/plan-fleet.ts";
export type { PlanInput } from "./documents/plan-problem.ts";
export { readInventoryDocument } from "./documents/read-inventory.ts";
export { readPlanDocument } from "./documents/read-plan.ts";
export { schemaProblem } from "./documents/schema-problem.ts";
export { verifyPlan } from "./documents/verify-plan.ts";

export type { Calibrate } from "./engine/correction.ts";
export type { EngineId, EngineSpec } from "./engine/engine.ts";
export type { GpuSpec } from "./hardware/gpu.ts";
export { importModelFiles, type ModelFiles } from "./importers/import-model-files.ts";
export { parseJson } from "./importers/parse-json.ts";
export type { InventorySource } from "./inventory/from-nvidia-smi.ts";
export type { InventoryDocument } from "./inventory/inventory-document.ts";
export type { MemoryKnobs } from "./memory/starts/knobs.ts";
export { type LawSymbol, SYMBOLS } from "./memory/symbols.ts";
export type { ModelPart, ModelSpec } from "./model/model.ts";
export { countParameters } from "./model/params.ts";
export { KV_CACHE_DTYPES, QUANTIZATIONS } from "./model/quantization.ts";
export type { SolveOptions, SolveProgress } from "./placement/problem.ts";
export { cardRanges } from "./report/card-ranges.ts";
export { InputError, SolverError, shown } from "./report/errors.ts";
export type { Basis, Sourced } from "./report/sourced.ts";
export { closest, unknownKeyText } from "./report/suggest.ts";
export {
  formatCount,
  formatFraction,
  formatGib,
  formatParameters,
  formatRate,
  formatShare,
} from "./units/format.ts";
export { parseBytes, parseTokens } from "./units/parse.ts";
export { shareOfPercent } from "./units/percent.ts";
export { type Bytes, GIB, MIB, type Tokens } from "./units/units.ts";
