import type { EngineId, EngineSpec, PrecisionRule } from "../engine/engine.ts";
import type { EngineFact } from "../engine/facts.ts";
import { ENGINES } from "./data.gen.ts";
import type { EngineFactRow, EngineRow } from "./engine-rows.ts";

const KNOWN: readonly EngineSpec[] = ENGINES.map(engineFromRow);
const BY_ID = new Map<string, EngineSpec>(KNOWN.map((engine) => [engine.id, engine]));

/** The engine of this id; undefined where there is none. */
export function engineById(id: string): EngineSpec | undefined {
  return BY_ID.get(id);
}

/** Every engine of the catalogue. */
export function engineIds(): readonly EngineId[] {
  return KNOWN.map(({ id }) => id);
}

function engineFromRow(row: EngineRow): EngineSpec {
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
    weights: {
      cutsEmbedding: row.cutsEmbedding,
      zeroPointBits: row.zeroPointBits[0],
      ...(row.vocabularyPadding === undefined
        ? {}
        : { vocabularyPadding: row.vocabularyPadding[0] }),
    },
    facts: row.facts.map(factFromRow),
    crossAttention: row.crossAttention,
    ...(row.resumeLimit === undefined ? {} : { resumeLimit: row.resumeLimit }),
    ...(row.windowPools === undefined ? {} : { windowPools: row.windowPools }),
    precisions: row.precisions satisfies readonly PrecisionRule[],
  };
}

function factFromRow({ value: [value, low, high], ...rest }: EngineFactRow): EngineFact {
  return { ...rest, value, low, high };
}
