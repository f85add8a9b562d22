import type { Quantization } from "../model/quantization.ts";
import type { Basis } from "../report/sourced.ts";
import type { EngineSpec } from "./engine.ts";
import type { FactName } from "./fact-names.ts";
import { compareVersions } from "./version.ts";

/** One number about an engine, with the bounds that 95 % of cases are meant to fall into. */
export interface EngineFact extends FactConditions {
  readonly fact: FactName;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly basis: Basis;
  readonly source: string;
}

/** When a fact applies; what is absent does not matter. */
export interface FactConditions {
  readonly computeCapability?: string;
  /** From this version on. */
  readonly from?: string;
  /** In versions before this one. */
  readonly before?: string;
  readonly quantization?: Quantization;
  /** On cards of which CUDA sees at least this much. */
  readonly memoryFromGiB?: number;
  /** From this tensor parallel size on. */
  readonly tpFrom?: number;
}

/** Where an engine runs; what the data leaves open is the smallest. */
export interface FactQuery {
  readonly version: string;
  readonly computeCapability: string;
  readonly quantization: Quantization;
  readonly memoryGiB?: number;
  readonly tp?: number;
}

/** The facts of an engine that hold somewhere, one of each name. */
export class FactTable {
  readonly #facts: ReadonlyMap<FactName, EngineFact>;
  readonly #where: string;

  constructor(facts: ReadonlyMap<FactName, EngineFact>, where: string) {
    this.#facts = facts;
    this.#where = where;
  }

  find(name: FactName): EngineFact | undefined {
    return this.#facts.get(name);
  }

  /** Like find, but a missing fact is a defect of data/. */
  need(name: FactName): EngineFact {
    const fact = this.#facts.get(name);
    if (fact === undefined) {
      throw new Error(`data/engines has no ${name} for ${this.#where}`);
    }
    return fact;
  }

  /** The fact's value, or what stands in for it. */
  value(name: FactName, fallback: number): number {
    return this.#facts.get(name)?.value ?? fallback;
  }
}

/** Of each name the first fact whose conditions all hold, in the order of the file: special before general. */
export function factsFor(engine: EngineSpec, query: FactQuery): FactTable {
  const tables = TABLES.get(engine) ?? new Map<string, FactTable>();
  TABLES.set(engine, tables);
  const key = keyOf(query);
  const known = tables.get(key) ?? tableFor(engine, query, key);
  if (tables.size < MOST_TABLES) {
    tables.set(key, known);
  }
  return known;
}

/** Facts are looked up once for each place an engine runs in: versions are text, and thousands of lines may ask. */
const TABLES = new WeakMap<EngineSpec, Map<string, FactTable>>();

/** Places remembered for an engine: 47 cards, a dozen precisions, a few versions; more come from odd input only. */
const MOST_TABLES = 10_000;

function keyOf({ version, computeCapability, quantization, memoryGiB, tp }: FactQuery): string {
  return `${version}|${computeCapability}|${quantization}|${memoryGiB ?? ""}|${tp ?? ""}`;
}

function tableFor(engine: EngineSpec, query: FactQuery, key: string): FactTable {
  const facts = new Map<FactName, EngineFact>();
  for (const fact of engine.facts) {
    if (!facts.has(fact.fact) && applies(fact, query)) {
      facts.set(fact.fact, fact);
    }
  }
  return new FactTable(facts, `${engine.id} ${key}`);
}

function applies(fact: FactConditions, query: FactQuery): boolean {
  return (
    (fact.computeCapability ?? query.computeCapability) === query.computeCapability &&
    (fact.quantization ?? query.quantization) === query.quantization &&
    (fact.from === undefined || compareVersions(query.version, fact.from) >= 0) &&
    (fact.before === undefined || compareVersions(query.version, fact.before) < 0) &&
    (query.memoryGiB ?? 0) >= (fact.memoryFromGiB ?? 0) &&
    (query.tp ?? 1) >= (fact.tpFrom ?? 1)
  );
}
