import { heldTokens, meanContext, neededTokens } from "../../capacity/concurrency.ts";
import type { ServingModel } from "../../capacity/serving-model.ts";
import { decodeStep } from "../../capacity/step-time.ts";
import { promptCost, rateAt } from "../../capacity/throughput.ts";
import type { Derived } from "../explained-number.ts";

/** Sequences that run at once at the most: by the batch, by the KV cache, and by the tokens of a step. */
export function mostRunningLaws({ shape, limits, concurrency }: ServingModel): readonly Derived[] {
  const needed = limits.policy === "guaranteed-no-evict" ? reservedLaw : heldLaw;
  const { id, value } = needed({ shape, limits });
  const symbol = id.replace("-", "_");
  return [
    needed({ shape, limits }),
    {
      id: "most-running",
      value: concurrency.most,
      unit: "1",
      law: `max(0, min(max_batch_size, (kv_tokens - cached_tokens) / ${symbol}, step_tokens / (1 + prompt_tokens / output_tokens)))`,
      values: {
        max_batch_size: limits.maxBatchSize,
        kv_tokens: limits.kvTokens,
        cached_tokens: shape.cachedTokens,
        [symbol]: value,
        step_tokens: limits.maxNumTokens,
        prompt_tokens: shape.promptTokens,
        output_tokens: shape.outputTokens,
      },
    },
  ];
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
  what: { readonly id: string; readonly symbol: "running" | "most_running" },
): readonly Derived[] {
  const { setting, shape, prompt } = serving;
  const { accepted } = setting.speculation;
  const { symbol, id } = what;
  const outputs = { output_tokens: shape.outputTokens, accepted, [symbol]: running };
  return [
    {
      id: `${id}-prompt-cost`,
      value: promptCost(serving, running),
      unit: "s",
      law: `prompt_time + prompt_step * (chunks - 1 + (1 - exp(-${symbol} * accepted / output_tokens)) / (${symbol} * accepted / output_tokens))`,
      values: {
        prompt_time: prompt.mean,
        prompt_step: prompt.step,
        chunks: prompt.chunks,
        ...outputs,
      },
    },
    {
      id,
      value: rateAt(serving, running),
      unit: "s^-1",
      law: `1 / (prompt_cost + output_tokens * decode_step / (accepted * ${symbol}))`,
      values: {
        prompt_cost: promptCost(serving, running),
        ...outputs,
        decode_step: decodeStep(setting, running, meanContext(shape)),
      },
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
