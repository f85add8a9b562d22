import { formatCount, formatGib } from "@berth/core";

/** The words of the what-if view; apart, so that the page loads them with that view. */
export const WHAT_IF_TEXT = {
  parts: "What if",
  load: "Context and load",
  cards: "Cards and plans",
  rates: "Rates and buying",
  waiting: "The plan is being made.",
  nothing: "Once a model has a place, its limits show here.",
  model: "Model",
  context: "Context, tokens of a sequence",
  contextExact: "Context, exactly",
  concurrency: "Sequences at once",
  concurrencyExact: "Sequences, exactly",
  ofEach: (replicas: number) => `of each of its ${replicas} replicas`,
  fraction: {
    freeGpuMemFraction: "KV fraction of free memory",
    gpuMemoryUtilization: "Share of the card (gpu_memory_utilization)",
    memFractionStatic: "Share of free memory (mem_fraction_static)",
  },
  fractionHint:
    "It follows from context and sequences; moving it takes the most sequences that fit in it.",
  tooMuch: "more than there is",
  noFraction: (engine: string) => `${engine} is told the sequences themselves, and no fraction.`,
  fits: (gpu: string, left: number) =>
    `It fits: ${formatGib(left)} stay free on ${gpu}, the fullest card.`,
  short: (gpu: string, by: number) => `It does not fit here: ${gpu} is ${formatGib(by)} short.`,
  tooMany: (most: number) =>
    `It does not fit: the fleet file lets one replica run ${formatCount(most)} sequences at most (maxBatchSize).`,
  tooLong: (model: string, most: number) =>
    `It does not fit: ${model} reads ${formatCount(most)} tokens at most.`,
  more: (sequences: number, tokens: number) =>
    `Up to ${formatCount(sequences)} sequences of this length fit, or as many of up to ${formatCount(tokens)} tokens.`,
  less: (sequences: number, tokens: number) =>
    `What fits: ${formatCount(sequences)} sequences of this length, or as many of up to ${formatCount(tokens)} tokens.`,
  neither: "Not even one sequence of this length fits, nor as many of any length.",
  told: (fraction: string) => `Its engine is told ${fraction}.`,
  others:
    "This is for the cards where the model is, with all other models as they are planned. Once applied, Berth plans anew and may find better places.",
  apply: "Apply to the fleet file",
  applied: "The fleet file has it; Undo takes it back.",
  back: "Back to the plan",
  chart: {
    label: (model: string, verdict: string) =>
      `What fits of ${model}: KV tokens against sequences at once. ${verdict}`,
    sequences: "Sequences at once",
    tokens: "KV tokens",
    frontier: "The most that fits",
    within: (fraction: string) => `The most within ${fraction}`,
    ray: (tokens: number) => `${formatCount(tokens)} tokens each`,
    plan: "The plan",
    chosen: "The sliders",
    table: "The line as a table",
    caption: "The longest sequences that fit, for so many at once",
    longest: "Longest sequence",
  },
} as const;
