import type { Reason } from "../report/reason.ts";
import type { Candidate } from "./candidate.ts";

/** Why the candidate's host can't load it; nothing where it can, or says no memory. */
export function hostShort({
  loading,
  layout,
  weights,
}: Pick<Candidate, "loading" | "layout" | "weights">): readonly Reason[] {
  const cardClass = layout.stages[0]?.[0]?.cardClass;
  const haveBytes = cardClass?.limits?.memory;
  const needBytes = loading?.bytes ?? 0;
  return cardClass === undefined || haveBytes === undefined || needBytes <= haveBytes
    ? []
    : [
        {
          code: "host-memory-short",
          host: cardClass.host,
          quantization: weights.quantization,
          needBytes,
          haveBytes,
        },
      ];
}
