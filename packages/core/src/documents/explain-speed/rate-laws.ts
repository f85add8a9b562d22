import { heldTokens, idleTokens, meanContext, neededTokens } from "../../capacity/concurrency.ts";
import { promptCost, seatSteps } from "../../capacity/prompt-times.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import { decodeStep } from "../../capacity/step-time.ts";
import { rateAt } from "../../capacity/throughput.ts";
import type { Derived } from "../explained-number.ts";

/** Sequences that run at once at the most: by the batch, by the KV cache, and by the tokens of a step. */
export function mostRunningLaws({ shape, limits, concurrency }: ServingModel): readonly Derived[] {
  const needed = limits.policy === "guaranteed-no-evict" ? reservedLaw : heldLaw;
  const { id, value } = needed({ shape, limits });
  const symbol = id.replace("-", "_");
  return [
    needed({ shape, limits }),
    {
      id: "kv-room",
      value: concurrency.room.mean,
      unit: "1",
      law: `max(min(1, kv_pool / ${symbol}), (kv_pool - idle_tokens) / ${symbol})`,
      values: {
        kv_pool: Math.max(0, limits.kvTokens - shape.cachedTokens),
        idle_tokens: idleTokens(shape, limits),
        [symbol]: value,
      },
    },
    {
      id: "seats",
      value: concurrency.seats,
      unit: "1",
      law: "min(max_batch_size, step_tokens / (1 + prompt_tokens / output_tokens))",
      values: {
        max_batch_size: limits.maxBatchSize,
        step_tokens: limits.maxNumTokens,
        prompt_tokens: shape.promptTokens,
        output_tokens: shape.outputTokens,
      },
    },
    mostRunningLaw(concurrency),
  ];
}

/** The mean of the lesser of the seats and of what the cache happens to have room for, as a normal variable. */
function mostRunningLaw({ most, seats, room }: ServingModel["concurrency"]): Derived {
  const lesser =
    "seats - (seats - kv_room) * (1 + erf((seats - kv_room) / sqrt(2 * kv_room_variance))) / 2 - sqrt(kv_room_variance / (2 * pi)) * exp(-(seats - kv_room)^2 / (2 * kv_room_variance))";
  const varies = room.variance > 0;
  return {
    id: "most-running",
    value: most,
    unit: "1",
    law: varies ? `max(0, ${lesser})` : "max(0, min(seats, kv_room))",
    values: {
      seats,
      kv_room: room.mean,
      ...(varies ? { kv_room_variance: room.variance } : {}),
    },
  };
}

type Needing = Pick<ServingModel, "shape" | "limits">;

function reservedLaw({ shape, limits }: Needing): Derived {
  return {
    id: "needed-tokens",
    value: neededTokens(shape, limits),
    unit: "token",
    law: "reserved_tokens + tokens_per_block / 2",
    values: { reserved_tokens: shape.runningReserve, tokens_per_block: limits.tokensPerBlock },
  };
}

function heldLaw({ shape, limits }: Needing): Derived {
  return {
    id: "held-tokens",
    value: heldTokens(shape, limits),
    unit: "token",
    law: "running_prompt + output_square / output_tokens / 2 + tokens_per_block / 2",
    values: {
      running_prompt: shape.runningPrompt,
      output_square: shape.outputSquare,
      output_tokens: shape.outputTokens,
      tokens_per_block: limits.tokensPerBlock,
    },
  };
}

/** How many requests a replica serves when so many run at once: what a prompt adds to steps, and the rate. */
export function rateLaws(
  serving: ServingModel,
  running: number,
  what: {
    readonly id: string;
    readonly symbol: "steady" | "most_running";
    /** Of a request. */
    readonly pauses: number;
  },
): readonly Derived[] {
  const { setting, shape, prompt } = serving;
  const { accepted } = setting.speculation;
  const { symbol, id, pauses } = what;
  const outputs = { output_tokens: shape.outputTokens, accepted, [symbol]: running };
  const step = decodeStep(setting, running, meanContext(shape));
  const cost = promptCost(serving, running, pauses);
  const seat = (seatSteps(serving) * step) / accepted;
  return [
    {
      id: `${id}-prompt-cost`,
      value: cost,
      unit: "s",
      law: `(1 + pauses) * prompt_time + prompt_step * (chunks - 1 + (1 - exp(-${symbol} * accepted / output_tokens)) / (${symbol} * accepted / output_tokens))`,
      values: {
        pauses,
        prompt_time: prompt.mean,
        prompt_step: prompt.step,
        chunks: prompt.chunks,
        ...outputs,
      },
    },
    {
      id: `${id}-seat`,
      value: seat,
      unit: "s",
      law: "(output_tokens / accepted + chunks - 1) * decode_step",
      values: {
        output_tokens: shape.outputTokens,
        accepted,
        chunks: prompt.chunks,
        decode_step: step,
      },
    },
    {
      id,
      value: rateAt(serving, running, pauses),
      unit: "s^-1",
      law: `${symbol} / (seat + ${symbol} * prompt_cost)`,
      values: { seat, prompt_cost: cost, [symbol]: running },
    },
  ];
}

/** Tokens a second that a replica writes at so many requests a second. */
export function tokensLaw(id: string, { shape }: ServingModel, rate: number): Derived {
  return {
    id,
    value: rate * shape.outputTokens,
    unit: "token / s",
    law: "rate * output_tokens",
    values: { rate, output_tokens: shape.outputTokens },
  };
}
