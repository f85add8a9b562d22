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
export { estimate } from "./documents/estimate.ts";
export type { EstimateDocument, EstimateRequest } from "./documents/estimate-document.ts";
export { parseFleetFile } from "./documents/fleet-file.ts";
export type { FleetFile, FleetModel } from "./documents/fleet-file-types.ts";
export { fleetJsonSchema } from "./documents/fleet-schema.ts";
export type {
  PlanDeployment,
  PlanDocument,
  PlanGpu,
  PlanRank,
  PlanTerm,
} from "./documents/plan-document.ts";
export type { EngineId, EngineSpec } from "./engine/engine.ts";
export type { GpuSpec } from "./hardware/gpu.ts";
export { importModelFiles } from "./importers/import-model-files.ts";
export type { ModelSpec } from "./model/model.ts";
export { countParameters } from "./model/params.ts";
export { InputError, SolverError } from "./report/errors.ts";
export { closest } from "./report/suggest.ts";
export { formatCount, formatFraction, formatGib, formatParameters } from "./units/format.ts";
export { parseBytes, parseTokens } from "./units/parse.ts";
