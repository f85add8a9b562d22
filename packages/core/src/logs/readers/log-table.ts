import type { EngineId } from "../../engine/engine.ts";
import type { LinePattern } from "../pattern.ts";

/** How the log of an engine, or of one of its eras, is read. */
export interface LogTable {
  readonly engine: EngineId;
  readonly patterns: readonly LinePattern[];
  /** What stands before the engine's version, and before the model that it loads. */
  readonly versionAfter?: readonly string[];
  readonly modelAfter?: readonly string[];
}
