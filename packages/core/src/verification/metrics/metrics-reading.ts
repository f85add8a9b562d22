import type { EngineId } from "../../engine/engine.ts";

/** One number of a metrics endpoint that a plan has too. */
export interface MetricsReading {
  readonly engine?: EngineId;
  /** KV tokens or blocks of an engine, or memory used on a card. */
  readonly id: "kv-tokens" | "kv-blocks" | "used";
  readonly value: number;
  /** How much of a KV cache is in use, in the unit of `value`; absent where the endpoint doesn't say. */
  readonly used?: number;
  /** The model, by the name that the server has for it. */
  readonly model?: string;
  /** Of the card. */
  readonly uuid?: string;
  /** What it was read from. */
  readonly text: string;
}
