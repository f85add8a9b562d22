import type {
  EngineSpec,
  KnownEngine,
  KnownEngineId,
  PlannableEngineId,
  PrecisionRule,
} from "../engine/engine.ts";
import type { EngineFact } from "../engine/facts.ts";
import { ENGINES } from "./data.gen.ts";
import type { EngineFactRow, EngineRow } from "./engine-rows.ts";

const KNOWN: readonly KnownEngine[] = ENGINES.map(engineFromRow);
const BY_ID = new Map<string, KnownEngine>(KNOWN.map((engine) => [engine.id, engine]));
const PLANNABLE: readonly EngineSpec[] = KNOWN.filter(isPlannable);
const PLANNABLE_BY_ID = new Map<string, EngineSpec>(PLANNABLE.map((engine) => [engine.id, engine]));

/** The engine of this id, if it is one that can be planned for; undefined where there is none. */
export function engineById(id: string): EngineSpec | undefined {
  return PLANNABLE_BY_ID.get(id);
}

/** Engines that can be planned for. */
export function engineIds(): readonly PlannableEngineId[] {
  return PLANNABLE.map(({ id }) => id);
}

/** The engine of this id whose memory can be estimated; undefined where there is none. */
export function knownEngineById(id: string): KnownEngine | undefined {
  return BY_ID.get(id);
}

/** Engines whose memory can be estimated. */
export function knownEngineIds(): readonly KnownEngineId[] {
  return KNOWN.map(({ id }) => id);
}

function isPlannable(engine: KnownEngine): engine is EngineSpec {
  return engine.id === "tensorrt-llm" || engine.id === "tensorrt-llm-engine";
}

function engineFromRow(row: EngineRow): KnownEngine {
  return {
    id: row.id,
    title: row.title,
    oldestVersion: row.oldestVersion,
    newestVersion: row.newestVersion,
    defaults: {
      maxBatchSize: row.defaults.maxBatchSize[0],
      maxNumTokens: row.defaults.maxNumTokens[0],
      kvFraction: row.defaults.kvFraction[0],
      tokensPerBlock: row.defaults.tokensPerBlock[0],
    },
    cutsStagesUnevenly: row.cutsStagesUnevenly,
    weights: { cutsEmbedding: row.cutsEmbedding, zeroPointBits: row.zeroPointBits[0] },
    facts: row.facts.map(factFromRow),
    precisions: row.precisions satisfies readonly PrecisionRule[],
  };
}

function factFromRow({ value: [value, low, high], ...rest }: EngineFactRow): EngineFact {
  return { ...rest, value, low, high };
}
