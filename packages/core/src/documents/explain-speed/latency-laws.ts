import {
  type FirstToken,
  firstToken,
  MOST_BUSY,
  promptVariation,
  type RoomWait,
  type RunningLoad,
  roomWait,
  stepOf,
  tokenTime,
} from "../../capacity/latency-parts.ts";
import { latencyRatios } from "../../capacity/latency-ratios.ts";
import { type Spread, shareDeviation, spreadAt } from "../../capacity/queue.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { SpeedBounds } from "../../capacity/speed-constants.ts";
import type { ServingPoint } from "../../capacity/throughput.ts";
import type { LatencyMetric } from "../../capacity/workload.ts";
import { square } from "../../units/same-math.ts";
import type { Derived, Founded } from "../explained-number.ts";

export interface LatencyQuestion {
  readonly serving: ServingModel;
  readonly point: ServingPoint;
  readonly bounds: SpeedBounds;
  /** In (0, 1). */
  readonly percentiles: readonly number[];
}

/** Time per token, to the first token and to the last: means, variances, and the percentiles that are asked for. */
export function latencyLaws(question: LatencyQuestion): readonly Founded[] {
  const { serving, point } = question;
  const wait = roomWait(serving, point.running, serving.shape.outputTokens * point.tpot.mean);
  const first = firstToken(serving, point);
  return [
    ...tokenLaws(serving, point),
    ...cycleLaws(serving, point, first),
    ...waitLaws(serving, point, wait),
    ...firstLaws(serving, point, { first, wait }),
    ...endLaws(serving, point),
    ...METRICS.flatMap((metric) => percentileLaws(question, metric)),
  ];
}

const METRICS: readonly LatencyMetric[] = ["tpot", "ttft", "e2e"];

function tokenLaws(
  serving: ServingModel,
  { rate, running, tpot }: ServingPoint,
): readonly Derived[] {
  const { setting, shape, prompt } = serving;
  const { more } = tokenTime(serving, { rate, running });
  const step = stepOf(serving, running);
  return [
    {
      id: "tpot",
      value: tpot.mean,
      unit: "s / token",
      law: "running / (rate * output_tokens)",
      values: { running, rate, output_tokens: shape.outputTokens },
    },
    {
      id: "tpot-variance",
      value: tpot.variance,
      unit: "s^2 / token^2",
      law: "((longer_step - decode_step) / accepted)^2 + rate * tpot * prompt_square / output_tokens",
      values: {
        longer_step: step + more,
        decode_step: step,
        accepted: setting.speculation.accepted,
        rate,
        tpot: tpot.mean,
        prompt_square: prompt.square,
        output_tokens: shape.outputTokens,
      },
    },
  ];
}

function cycleLaws(
  serving: ServingModel,
  { rate }: RunningLoad,
  { step, cycle, cycleVariance }: FirstToken,
): readonly Derived[] {
  const { prompt } = serving;
  const busy = Math.min(MOST_BUSY, rate * prompt.mean);
  return [
    {
      id: "cycle",
      value: cycle,
      unit: "s",
      law: "(decode_step + (1 - exp(-rate * decode_step)) * prompt_step) / (1 - busy)",
      values: { decode_step: step, rate, prompt_step: prompt.step, busy },
    },
    {
      id: "cycle-variance",
      value: cycleVariance,
      unit: "s^2",
      law: "prompt_variation * rate * cycle * prompt_square / (1 - busy^2)",
      values: {
        prompt_variation: promptVariation(serving),
        rate,
        cycle,
        prompt_square: prompt.square,
        busy,
      },
    },
  ];
}

function waitLaws(
  { shape }: ServingModel,
  { running, tpot }: ServingPoint,
  { servers, scale, whenWaiting }: RoomWait,
): readonly Derived[] {
  return [
    {
      id: "room-wait",
      value: whenWaiting,
      unit: "s",
      law: `variation * output_tokens * tpot / max(seats - running, seats * (1 - ${MOST_BUSY}))`,
      values: {
        variation: scale,
        output_tokens: shape.outputTokens,
        tpot: tpot.mean,
        seats: servers,
        running,
      },
    },
  ];
}

function firstLaws(
  { prompt }: ServingModel,
  { rate, ttft }: ServingPoint,
  { first, wait }: { readonly first: FirstToken; readonly wait: RoomWait },
): readonly Derived[] {
  const cycle = { cycle: first.cycle, cycle_variance: first.cycleVariance };
  const waiting = { chance_to_wait: wait.chance, room_wait: wait.whenWaiting };
  return [
    {
      id: "ttft",
      value: ttft.mean,
      unit: "s",
      law: "server + waits * decode_step + (cycle + cycle_variance / cycle) * (1 / 2 + rate * prompt_time) + chunks * (decode_step + prompt_step) + prompt_passage + chance_to_wait * room_wait",
      values: {
        server: first.server,
        waits: first.waits,
        decode_step: first.step,
        ...cycle,
        rate,
        prompt_time: prompt.mean,
        chunks: prompt.chunks,
        prompt_step: prompt.step,
        prompt_passage: prompt.alone,
        ...waiting,
      },
    },
    {
      id: "ttft-variance",
      value: ttft.variance,
      unit: "s^2",
      law: "(cycle + cycle_variance / cycle)^2 / 12 + prompt_square - prompt_time^2 + rate * (cycle + cycle_variance / cycle) * prompt_square + cycle_variance + chance_to_wait * (2 - chance_to_wait) * room_wait^2",
      values: {
        ...cycle,
        prompt_square: prompt.square,
        prompt_time: prompt.mean,
        rate,
        ...waiting,
      },
    },
  ];
}

function endLaws({ shape }: ServingModel, { ttft, tpot, e2e }: ServingPoint): readonly Derived[] {
  const { outputTokens, outputSquare } = shape;
  return [
    {
      id: "e2e",
      value: e2e.mean,
      unit: "s",
      law: "ttft + output_tokens * tpot",
      values: { ttft: ttft.mean, output_tokens: outputTokens, tpot: tpot.mean },
    },
    {
      id: "e2e-variance",
      value: e2e.variance,
      unit: "s^2",
      law: "ttft_variance + tpot^2 * output_variance + output_tokens^2 * tpot_variance",
      values: {
        ttft_variance: ttft.variance,
        tpot: tpot.mean,
        output_variance: Math.max(0, outputSquare - square(outputTokens)),
        output_tokens: outputTokens,
        tpot_variance: tpot.variance,
      },
    },
  ];
}

/** Of a gamma distribution with that mean and variance (Wilson and Hilferty's cube). */
function percentileLaws(
  { point, bounds, percentiles }: LatencyQuestion,
  metric: LatencyMetric,
): readonly Founded[] {
  const { mean, variance }: Spread = point[metric];
  return percentiles.map((percentile) => {
    const [low, high] = latencyRatios(point, bounds, { metric, percentile });
    const value = spreadAt({ mean, variance }, percentile);
    return {
      id: `${metric}-p${Number((100 * percentile).toFixed(3))}`,
      value,
      low: low * value,
      high: high * value,
      unit: metric === "tpot" ? "s / token" : "s",
      law: `${metric} * max(0, 1 - ${metric}_variance / (9 * ${metric}^2) + z * sqrt(${metric}_variance) / (3 * ${metric}))^3`,
      values: {
        [metric]: mean,
        [`${metric}_variance`]: variance,
        z: deviationOf(percentile),
      },
    };
  });
}

/** Of the median it is 0; what arithmetic leaves there would be read as a number. */
function deviationOf(percentile: number): number {
  return percentile === 1 / 2 ? 0 : shareDeviation(percentile);
}
