/** How a model looks on every card: a hue, and a pattern so that nobody needs the hue. */
export interface ModelLook {
  readonly color: string;
  readonly pattern: Pattern;
}

export type Pattern = "plain" | "rising" | "falling" | "dots" | "level";

/** Hues as far apart as they go for most eyes; the values stand in tokens.css, for light and dark. */
const HUES = 8;

const PATTERNS: readonly Pattern[] = ["plain", "rising", "dots", "falling", "level"];

/** The look of the fleet file's n-th model: hues in turn, then the next pattern. */
export function modelLook(place: number): ModelLook {
  const turn = Math.floor(place / HUES) % PATTERNS.length;
  return { color: `var(--hue-${place % HUES})`, pattern: PATTERNS[turn] ?? "plain" };
}

/** Each term has the model's hue at a strength of its own: weights strongest. */
const STRENGTH: Readonly<Record<string, number>> = {
  weights: 1,
  kv: 0.55,
  activations: 0.8,
  runtime: 0.7,
  context: 0.65,
  communication: 0.75,
  graphs: 0.7,
};
const OTHER_STRENGTH = 0.7;

/** Share of the hue in a term's colour, in (0, 1]. */
export function termStrength(term: string): number {
  return STRENGTH[term] ?? OTHER_STRENGTH;
}
