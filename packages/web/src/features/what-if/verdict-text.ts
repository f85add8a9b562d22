import { formatFraction } from "@berth/core";
import type { LoadSubject } from "@berth/core/changes";
import { WHAT_IF_TEXT } from "../../text/what-if-en.ts";
import type { LoadAnswer } from "../../worker/load-protocol.ts";

/** Whether a point fits and by how much, what else would, and what the engine is told; in sentences. */
export function verdictText(
  subject: LoadSubject,
  { verdict, longest, most }: LoadAnswer,
): readonly string[] {
  const text = WHAT_IF_TEXT;
  const { limit, tightest, fraction } = verdict;
  if (limit === "context") {
    return [text.tooLong(subject.model, subject.maxContext)];
  }
  if (limit === "batch-size") {
    return [text.tooMany(subject.mostSequences ?? 0)];
  }
  const { gpu = "", leftBytes = 0 } = tightest ?? {};
  if (limit === "memory") {
    const none = longest === 0 && most === 0;
    return [text.short(gpu, -leftBytes), none ? text.neither : text.less(most, longest)];
  }
  return [
    text.fits(gpu, leftBytes),
    text.more(most, longest),
    ...(fraction === undefined ? [] : [text.told(toldText(subject, fraction))]),
  ];
}

/** "free_gpu_memory_fraction 0.71": a share under the name that its engine has for it. */
export function toldText({ knob }: LoadSubject, fraction: number): string {
  return knob === undefined ? "" : `${KNOB_NAMES[knob]} ${formatFraction(fraction)}`;
}

const KNOB_NAMES = {
  freeGpuMemFraction: "free_gpu_memory_fraction",
  gpuMemoryUtilization: "gpu_memory_utilization",
  memFractionStatic: "mem_fraction_static",
};
