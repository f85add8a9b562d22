import { resumeShare } from "../engine/resume-limit.ts";
import type { MemoryRequest } from "./estimate.ts";

/** Share of the pool that may be in use when a sequence starts; undefined where there is no such limit. */
export function shareToStart({
  engine,
  version,
  model,
  beams = 1,
}: Pick<MemoryRequest, "engine" | "version" | "model" | "beams">): number | undefined {
  const isHybrid = model.layers.some(({ layer }) => layer.attention.kind === "recurrent");
  return resumeShare(engine.resumeLimit, { version, family: model.family, isHybrid, beams });
}

/**
 * Sequences of full length that run at once where one may start only while no more than a share u of the pool is in
 * use (TensorRT-LLM's KV cache manager V2, max_util_for_resume): all that fit, but the last one starts beside at most
 * u of the pool. min(floor(T / s), floor(u · T / s) + 1), with T the pool's tokens and s those of a sequence.
 */
export function resumableSequences(
  tokens: number,
  { perSequence, share }: { readonly perSequence: number; readonly share: number },
): number {
  return Math.min(Math.floor(tokens / perSequence), Math.floor((share * tokens) / perSequence) + 1);
}
