/** The words for a plan that was opened from a file. */
export const OPENED_TEXT = {
  label: "An opened plan",
  shown: (name: string) =>
    `This is ${name} as it was made; nothing is planned until you change something.`,
  made: "A plan holds no fleet file, so the one here is made of it: it asks for what the plan gives, and what others held of the cards is kept free.",
  left: (count: number) =>
    `${count} ${count === 1 ? "model" : "models"} without a place ${count === 1 ? "is" : "are"} not in it: the plan does not say what ${count === 1 ? "it is" : "they are"}.`,
  again: "Plan it anew",
} as const;
