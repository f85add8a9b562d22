import type { Built } from "../model/built.ts";
import type { ModelSpec } from "../model/model.ts";
import { InputError } from "../report/errors.ts";
import type { EstimateRequest } from "./estimate-document.ts";

type Size = "tp" | "pp" | "ep" | "maxBatchSize" | "maxNumTokens" | "maxSeqLen";

/**
 * The request with what a TensorRT-LLM engine or checkpoint has settled already. Throws an InputError where
 * other ranks, or more than its limits, are asked of it.
 */
export function withBuiltDefaults(request: EstimateRequest, { built }: ModelSpec): EstimateRequest {
  if (built === undefined) {
    return request;
  }
  const { tp, pp, ep, limits } = built;
  const ranks = { tp: same(request, built, "tp", tp), pp: same(request, built, "pp", pp) };
  const engine = built.kind === "engine" ? { engine: "tensorrt-llm-engine" } : {};
  return {
    ...engine,
    ...request,
    ...ranks,
    ep: same(request, built, "ep", ep),
    ...(limits === undefined
      ? {}
      : {
          maxBatchSize: atMost(request, "maxBatchSize", limits.maxBatchSize),
          maxNumTokens: atMost(request, "maxNumTokens", limits.maxNumTokens),
          maxSeqLen: atMost(request, "maxSeqLen", limits.maxSeqLen),
        }),
  };
}

function same(request: EstimateRequest, { kind }: Built, key: Size, size: number): number {
  const asked = request[key] ?? size;
  if (asked !== size) {
    throw new InputError(
      { file: request.id ?? "estimate", key },
      `expected ${size}, for which the ${kind} was built, got ${String(asked)}`,
    );
  }
  return size;
}

function atMost(request: EstimateRequest, key: Size, limit: number): number {
  const asked = request[key] ?? limit;
  if (typeof asked === "number" && asked > limit) {
    throw new InputError(
      { file: request.id ?? "estimate", key },
      `expected at most ${limit}, for which the engine was built, got ${asked}`,
    );
  }
  return asked;
}
