export type {
  FailureCode,
  LogFailure,
  LogFinding,
  LogReport,
  LogStage,
  LogTerm,
  LogUnit,
} from "./logs/log-document.ts";
export { createLogReader, type LogOrigin, type LogReader, readLog } from "./logs/read-log.ts";
export { reportOfRanks } from "./logs/report-of-ranks.ts";
