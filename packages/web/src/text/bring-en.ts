/** The words of what is brought to the page; apart, so that the page loads them when something comes. */
export const BRING_TEXT = {
  unknown: (name: string) =>
    `${name}: expected a fleet file, a plan, an output of nvidia-smi, or a file of a model (config.json, .gguf, .safetensors), or a trace of requests, got something else`,
  tooLarge: (name: string, limit: string) => `${name}: expected a text of at most ${limit}`,
  pointer: (name: string) =>
    `${name}: expected the file itself, got the pointer that Git LFS keeps in its place`,
  unreadable: (name: string, why: string) => `${name}: can't be read (${why})`,
  noConfig: (name: string, others: number) =>
    `${name}${others > 0 ? ` and ${others} more` : ""}: holds no model by itself; expected the model's config.json with it`,
  tooMany: (most: number) => `expected at most ${most} files at once; the others were left out`,
  trace: (name: string) =>
    `${name}: a trace of requests, and no model's workload names it; choose it for a model in the Capacity view`,
  onePlan: (name: string) => `${name}: expected one plan at a time; the first was opened`,
} as const;
