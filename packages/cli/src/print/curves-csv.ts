import type { CapacityDocument, CurvePoint, ModelCapacity } from "@berth/core/capacity";
import { type CsvValue, csvCell, percentileName } from "./csv-column.ts";

/**
 * One line a point of each model's curve under a header, by rising rates; units stand in the names. Latencies at
 * percentiles that only other models ask for are empty.
 */
export function curvesCsv({ models }: CapacityDocument): string {
  const points = models.flatMap((model) => (model.curve ?? []).map((point) => ({ model, point })));
  const names = [...new Set(points.flatMap(({ point }) => point.latencies.map(nameOf)))];
  const header = [...FIXED.map(({ name }) => name), ...names];
  const lines = points.map(({ model, point }) => [
    ...FIXED.map(({ of }) => of(model, point)),
    ...names.map((name) => point.latencies.find((one) => nameOf(one) === name)?.seconds),
  ]);
  return [header, ...lines].map((line) => `${line.map(csvCell).join(",")}\n`).join("");
}

const FIXED: readonly {
  readonly name: string;
  readonly of: (model: ModelCapacity, point: CurvePoint) => CsvValue;
}[] = [
  { name: "model", of: ({ model }) => model },
  { name: "requestsPerSecond", of: (_, point) => point.requestsPerSecond },
  { name: "kvOccupancyP50", of: (_, { kvOccupancy }) => kvOccupancy?.p50 },
  { name: "kvOccupancyP95", of: (_, { kvOccupancy }) => kvOccupancy?.p95 },
  { name: "kvOccupancyP99", of: (_, { kvOccupancy }) => kvOccupancy?.p99 },
  { name: "chanceToWait", of: (_, { chanceToWait }) => chanceToWait },
];

function nameOf({ metric, percentile }: CurvePoint["latencies"][number]): string {
  return `${percentileName(metric, percentile)}Seconds`;
}
