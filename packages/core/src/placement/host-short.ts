import type { Reason } from "../report/reason.ts";
import type { Candidate } from "./candidate.ts";

/**
 * Why the candidate's hosts can't load it; nothing where they can, or say no memory. On several hosts each has to
 * have what the whole replica takes.
 */
export function hostShort({
  loading,
  layout,
  weights,
}: Pick<Candidate, "loading" | "layout" | "weights">): readonly Reason[] {
  if (loading === undefined) {
    return [];
  }
  const needBytes = loading.bytes;
  const memories = new Map(
    layout.stages.flat().map(({ cardClass }) => [cardClass.host, cardClass.limits?.memory]),
  );
  return [...memories].flatMap(([host, haveBytes]): readonly Reason[] =>
    haveBytes === undefined || needBytes <= haveBytes
      ? []
      : [
          {
            code: "host-memory-short",
            host,
            quantization: weights.quantization,
            needBytes,
            haveBytes,
          },
        ],
  );
}
