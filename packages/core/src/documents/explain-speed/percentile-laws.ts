import { latencyAt } from "../../capacity/breaking-rate.ts";
import { latencyRatios } from "../../capacity/latency-ratios.ts";
import {
  deviationAt,
  lateAt,
  type Spread,
  shareDeviation,
  spreadAt,
} from "../../capacity/queue.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import type { Founded } from "../explained-number.ts";
import type { LatencyQuestion } from "./latency-laws.ts";

/** The percentiles that are asked for, of each latency. */
export function percentileLaws(question: LatencyQuestion): readonly Founded[] {
  return [
    ...question.percentiles.map((percentile) => tokenPercentile(question, percentile)),
    ...(["ttft", "e2e"] as const).flatMap((metric) =>
      question.percentiles.flatMap((percentile) => latePercentile(question, metric, percentile)),
    ),
  ];
}

function tokenPercentile(question: LatencyQuestion, percentile: number): Founded {
  const { point } = question;
  const { mean, variance } = point.tpot;
  return {
    ...founded(question, { metric: "tpot", percentile }, spreadAt(point.tpot, percentile)),
    unit: "s / token",
    law: gammaLaw("tpot", "z"),
    values: { tpot: mean, tpot_variance: variance, z: deviationOf(percentile) },
  };
}

/** A latency is found to a billionth: what is less than that of a deviation is 0. */
function withoutRest(z: number): number {
  return Math.abs(z) < LEAST_DEVIATION ? 0 : z;
}

const LEAST_DEVIATION = 1e-9;

/** Of the median it is 0; what arithmetic leaves there would be read as a number. */
function deviationOf(percentile: number): number {
  return percentile === 1 / 2 ? 0 : shareDeviation(percentile);
}

/** Of those that find room so many are below, of those that wait so many, and of both as many as are asked for. */
function latePercentile(
  question: LatencyQuestion,
  metric: "ttft" | "e2e",
  percentile: number,
): readonly Founded[] {
  const { point } = question;
  const value = latencyAt(point, metric, percentile);
  // where the first token decides, the whole answer has its law
  const source = value > lateAt(point[metric], percentile) ? "ttft" : metric;
  const { ready, late } = point[source];
  const waited: Spread = {
    mean: ready.mean + late.seconds,
    variance: ready.variance + late.seconds * late.seconds,
  };
  const [name, z] = [`${source}_ready`, withoutRest(deviationAt(ready, value))];
  const own = founded(question, { metric, percentile }, value);
  return [
    {
      ...own,
      unit: "s",
      law: gammaLaw(name, "z_ready"),
      values: { [name]: ready.mean, [`${name}_variance`]: ready.variance, z_ready: z },
    },
    {
      id: `${own.id}-share`,
      value: percentile,
      unit: "1",
      law: "(1 - chance_to_wait) * (1 + erf(z_ready / sqrt(2))) / 2 + chance_to_wait * (1 + erf(z_waited / sqrt(2))) / 2",
      values: {
        chance_to_wait: late.chance,
        z_ready: z,
        z_waited: deviationAt(waited, value),
      },
    },
  ];
}

function founded(
  { point, bounds }: LatencyQuestion,
  asked: { readonly metric: LatencyMetric; readonly percentile: number },
  value: number,
): Pick<Founded, "id" | "value" | "low" | "high"> {
  const [low, high] = latencyRatios(point, bounds, asked);
  const id = `${asked.metric}-p${Number((100 * asked.percentile).toFixed(3))}`;
  return { id, value, low: low * value, high: high * value };
}

/** Of a gamma distribution with that mean and variance (Wilson and Hilferty's cube). */
function gammaLaw(name: string, z: string): string {
  return `${name} * max(0, 1 - ${name}_variance / (9 * ${name}^2) + ${z} * sqrt(${name}_variance) / (3 * ${name}))^3`;
}
