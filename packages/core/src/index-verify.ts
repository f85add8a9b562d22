export type {
  CalibratedTerm,
  CalibrationDocument,
  CalibrationFault,
} from "./documents/calibration-document.ts";
export { calibrate } from "./verification/calibrate/calibrate.ts";
export { type Contribution, contributions } from "./verification/calibrate/contribution.ts";
export { readCalibration, readVerifyDocument } from "./verification/calibrate/read-documents.ts";
export { withCalibration } from "./verification/calibrate/with-calibration.ts";
export type {
  CheckDocument,
  CheckFinding,
  CheckProblem,
} from "./verification/check/check-document.ts";
export { checkPlan } from "./verification/check/check-plan.ts";
export { compareWithPlan } from "./verification/compare-with-plan.ts";
export { fileName, nameOf } from "./verification/engine-name.ts";
export type {
  EngineName,
  Measurements,
  NamedLog,
  NamedMetrics,
} from "./verification/measurements.ts";
export type { MetricsReading } from "./verification/metrics/metrics-reading.ts";
export { readMetrics } from "./verification/metrics/read-metrics.ts";
export type {
  Comparison,
  Evidence,
  VerifiedDeployment,
  VerifiedGpu,
  VerifiedRank,
  VerifyDocument,
} from "./verification/verify-document.ts";
export type {
  WatchAlarm,
  WatchDocument,
  WatchedEngine,
  WatchedGpu,
  WatchSource,
} from "./verification/watch/watch-document.ts";
export { type WatchInput, watchPlan } from "./verification/watch/watch-plan.ts";
export type { OwnerOf } from "./verification/watch/watched-gpu.ts";
