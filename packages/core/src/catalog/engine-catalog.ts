import type { EngineFact, EngineId, EngineSpec, PrecisionRule } from "../engine/engine.ts";
import { ENGINES } from "./data.gen.ts";
import type { EngineFactRow, EngineRow } from "./engine-rows.ts";

const SPECS = new Map<string, EngineSpec>(ENGINES.map((row) => [row.id, engineFromRow(row)]));

/** The engine of this id; undefined where there is none. */
export function engineById(id: string): EngineSpec | undefined {
  return SPECS.get(id);
}

export function engineIds(): readonly EngineId[] {
  return ENGINES.map((row) => row.id);
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
    weights: { cutsEmbedding: row.cutsEmbedding },
    facts: row.facts.map(factFromRow),
    precisions: row.precisions satisfies readonly PrecisionRule[],
  };
}

function factFromRow({ value: [value, low, high], ...rest }: EngineFactRow): EngineFact {
  return { ...rest, value, low, high };
}
