import {
  busyShare,
  type FirstToken,
  firstToken,
  promptVariation,
  tokenTime,
} from "../../capacity/latency-parts.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import type { SpeedBounds } from "../../capacity/speed-constants.ts";
import type { ServingPoint } from "../../capacity/throughput.ts";
import { square } from "../../units/same-math.ts";
import type { Derived, Founded } from "../explained-number.ts";
import { percentileLaws } from "./percentile-laws.ts";
import { runningLaws, waitLaws } from "./running-laws.ts";

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
  return [
    ...runningLaws(serving, point),
    ...tokenLaws(serving, point),
    ...cycleLaws(serving, point, firstToken(serving, point)),
    ...waitLaws(serving, point),
    ...firstLaws(serving, point, firstToken(serving, point)),
    ...endLaws(serving, point),
    ...percentileLaws(question),
  ];
}

function tokenLaws(serving: ServingModel, point: ServingPoint): readonly Derived[] {
  const { shape, prompt, work } = serving;
  const { rate, running, steady, tpot, law } = point;
  const { tokenVariance, reading } = law;
  const { kept } = tokenTime(serving, { ...law, rate, steady });
  return [
    {
      id: "tpot",
      value: tpot.mean,
      unit: "s / token",
      law: "(running - reading) / (rate * output_tokens)",
      values: { running, reading, rate, output_tokens: shape.outputTokens },
    },
    {
      id: "tpot-variance",
      value: tpot.variance,
      unit: "s^2 / token^2",
      law: "(sqrt(kept * moment_variance) + sqrt(prompt_variation * rate * tpot * prompt_square * output_inverse) / (1 - busy))^2",
      values: {
        kept,
        moment_variance: tokenVariance,
        prompt_variation: promptVariation(serving),
        rate,
        tpot: tpot.mean,
        prompt_square: prompt.square,
        output_inverse: work.outputInverse,
        busy: busyShare(serving, rate),
      },
    },
  ];
}

function cycleLaws(
  serving: ServingModel,
  { rate }: ServingPoint,
  { step, cycle, cycleVariance }: FirstToken,
): readonly Derived[] {
  const { prompt } = serving;
  const busy = busyShare(serving, rate);
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

function firstLaws(
  serving: ServingModel,
  { rate, ttft }: ServingPoint,
  first: FirstToken,
): readonly Derived[] {
  const { prompt } = serving;
  const cycle = { cycle: first.cycle, cycle_variance: first.cycleVariance };
  const step = { decode_step: first.step, prompt_step: prompt.step };
  return [
    {
      id: "ttft-ready",
      value: ttft.ready.mean,
      unit: "s",
      law: "server + waits * decode_step + (cycle + cycle_variance / cycle) * (1 / 2 + rate * prompt_time) + chunks * (decode_step + prompt_step) + prompt_passage",
      values: {
        server: first.server,
        waits: first.waits,
        ...cycle,
        rate,
        prompt_time: prompt.mean,
        chunks: prompt.chunks,
        ...step,
        prompt_passage: prompt.alone,
      },
    },
    {
      id: "prompt-wait-variance",
      value: first.waitVariance,
      unit: "s^2",
      law: "prompt_variation * ((rate * prompt_square / (2 * (1 - busy)))^2 + rate * prompt_cube / (3 * (1 - busy)))",
      values: {
        prompt_variation: promptVariation(serving),
        rate,
        prompt_square: prompt.square,
        prompt_cube: prompt.cube,
        busy: busyShare(serving, rate),
      },
    },
    {
      id: "ttft-ready-variance",
      value: ttft.ready.variance,
      unit: "s^2",
      law: "(cycle + cycle_variance / cycle)^2 / 12 + prompt_square - prompt_time^2 + (decode_step + prompt_step)^2 * chunk_variance + 2 * (decode_step + prompt_step) * chunk_covariance + prompt_wait_variance",
      values: {
        ...cycle,
        prompt_square: prompt.square,
        prompt_time: prompt.mean,
        ...step,
        chunk_variance: prompt.chunkVariance,
        chunk_covariance: prompt.chunkCovariance,
        prompt_wait_variance: first.waitVariance,
      },
    },
    waitedLaw("ttft", ttft),
  ];
}

/** The mean of requests that find room and of those that wait for it. */
function waitedLaw(id: "ttft" | "e2e", { mean, ready, late }: ServingPoint["ttft"]): Derived {
  return {
    id,
    value: mean,
    unit: "s",
    law: `${id}_ready + chance_to_wait * room_wait`,
    values: { [`${id}_ready`]: ready.mean, chance_to_wait: late.chance, room_wait: late.seconds },
  };
}

function endLaws({ shape }: ServingModel, { ttft, tpot, e2e }: ServingPoint): readonly Derived[] {
  const { outputTokens, outputSquare } = shape;
  const later = outputTokens - 1;
  return [
    {
      id: "e2e-ready",
      value: e2e.ready.mean,
      unit: "s",
      law: "ttft_ready + later_tokens * tpot",
      values: { ttft_ready: ttft.ready.mean, later_tokens: later, tpot: tpot.mean },
    },
    {
      id: "e2e-ready-variance",
      value: e2e.ready.variance,
      unit: "s^2",
      law: "ttft_ready_variance + tpot^2 * output_variance + later_tokens^2 * tpot_variance",
      values: {
        ttft_ready_variance: ttft.ready.variance,
        tpot: tpot.mean,
        output_variance: Math.max(0, outputSquare - square(outputTokens)),
        later_tokens: later,
        tpot_variance: tpot.variance,
      },
    },
    waitedLaw("e2e", e2e),
  ];
}
