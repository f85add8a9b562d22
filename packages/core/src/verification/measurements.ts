import type { InventoryDocument } from "../inventory/inventory-document.ts";
import type { LogReport } from "../logs/log-document.ts";
import type { MetricsReading } from "./metrics/metrics-reading.ts";

/** One engine of a plan: the model's name in the fleet file, and its replica from 0. */
export interface EngineName {
  readonly model: string;
  readonly replica: number;
}

/** A log; `of` where the user says whose. */
export interface NamedLog {
  /** A path, for messages and as evidence. */
  readonly name: string;
  readonly report: LogReport;
  readonly of?: EngineName;
}

/** What a metrics endpoint answered; `of` where the user says whose. */
export interface NamedMetrics {
  readonly name: string;
  readonly readings: readonly MetricsReading[];
  readonly of?: EngineName;
}

/** What was measured, from any of these. */
export interface Measurements {
  readonly logs?: readonly NamedLog[];
  readonly inventory?: InventoryDocument;
  readonly metrics?: readonly NamedMetrics[];
}
