/** The words for a model whose files are not here. */
export const MISSING_TEXT = {
  unknown: "Neither in the catalogue nor among your files; drop its config.json on the page.",
  ask: "Look it up on the Hub",
  read: "Read it from the folder",
  asking: "Looking it up",
  askHint: "berth serve asks for its config and the headers of its weights, and for nothing else.",
  static: "Not in the catalogue, and this page asks nobody by itself. Download",
  config: "its config.json",
  index: "the index of its weights",
  drop: "and drop them here. Started with berth serve, the page can look it up.",
  and: ", if there is one,",
} as const;
