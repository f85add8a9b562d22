import { samePower } from "../../units/same-math.ts";
import type { FrontierPoint, LoadQuestion } from "./load-types.ts";

/** Points of a frontier that is drawn; each is exact, so more of them only make the line between them finer. */
const MOST_POINTS = 48;

/**
 * The line between what fits and what does not, for so many sequences: how long they may be at the most, and what
 * KV tokens that makes. With a fraction, of what fits within that share of memory. Sequences of which not one token
 * fits are left out.
 */
export function loadFrontier(
  question: LoadQuestion,
  mostSequences: number,
  {
    mostFraction,
    points = MOST_POINTS,
  }: { readonly mostFraction?: number; readonly points?: number } = {},
): readonly FrontierPoint[] {
  const found: FrontierPoint[] = [];
  for (const sequences of spread(mostSequences, points)) {
    const last = found.at(-1);
    const guess = last === undefined ? undefined : (last.maxSeqLen * last.sequences) / sequences;
    const maxSeqLen = question.longest(sequences, {
      ...(mostFraction === undefined ? {} : { mostFraction }),
      ...(guess === undefined ? {} : { guess }),
    });
    if (maxSeqLen === 0) {
      break;
    }
    const { kvTokens } = question.at({ maxSeqLen, sequences });
    found.push({ sequences, maxSeqLen, kvTokens });
  }
  return found;
}

/** Whole numbers from 1 to `most`, all of them where they are few, else closer together where they are small. */
function spread(most: number, points: number): readonly number[] {
  const count = Math.min(most, points);
  const at = (place: number): number =>
    count < 2 ? 1 : Math.max(place + 1, Math.round(samePower(most, place / (count - 1))));
  return [...new Set(Array.from({ length: count }, (_, place) => at(place)))];
}
