/** The words of what can be said of a model's workload; apart, so that the page loads them with the capacity view. */
export const WORKLOAD_TEXT = {
  rate: "Requests a second",
  rateHint: "2.5, 12 requests / minute, or an expression such as users * 0.2",
  noRate: "nobody says",
  arrivals: "How requests come",
  poisson: "Poisson",
  constant: "Evenly spaced",
  ofTrace: "As the trace has them",
  prompt: "Tokens of a prompt",
  output: "Tokens of an output",
  lengthsHint: "600, or 600..3k: median and 95th percentile",
  lengthsToo: "Likewise",
  more: "Shared prefixes, and other ways to say lengths",
  lengthsMore:
    "Lengths can also be said as 600 sigma 0.8, with most 8k behind either; as quantiles, 50% 300, 95% 3k; or as a histogram, 1-512: 3, 512-2k: 1.",
  prefix: "Tokens that prompts begin with alike",
  prefixHint: "200, or 200 of 80 %",
  none: "none",
  targets: "Latency targets",
  noTargets: "None yet: without one, nothing breaks but the cache.",
  target: (place: number) => `Target ${place}`,
  metric: "Latency",
  metrics: {
    ttft: "To the first token",
    tpot: "Per output token",
    e2e: "To the last token",
  },
  percentile: "Percentile",
  most: "At most",
  addTarget: "Add a target",
  removeTarget: (place: number) => `Remove target ${place}`,
  trace: "Take rate and lengths from a trace",
  dropTrace: (model: string) =>
    `Or drop a trace of requests to ${model} here: a CSV file of time, prompt tokens and output tokens, or of BurstGPT or Azure as it is.`,
  dropOther: (model: string) => `Or drop another trace of requests to ${model} here.`,
  otherTrace: "Another trace",
  reading: (name: string) => `Reading ${name}`,
  traced: (name: string) => `Requests come as in ${name}.`,
  holds: (requests: string, time: string, skipped: string) =>
    `It holds ${requests} requests in ${time}${skipped === "0" ? "" : `, and ${skipped} without an answer, which are left out`}.`,
  missing: (name: string) =>
    `Requests come as in ${name}, which is not here: drop it or choose it.`,
  noTrace: "Without the trace",
  remove: "Remove the workload",
  problems: {
    amount: (text: string) =>
      `Expected a number of at least 0, or an expression such as users * 0.2 or 12 requests / minute, got ${text}.`,
    lengths: (text: string) =>
      `Expected tokens such as 600 or 8k, 600..3k, 600 sigma 0.8, quantiles or a histogram, got ${text}.`,
    prefix: (text: string) => `Expected tokens such as 200, or 200 of 80 %, got ${text}.`,
    percentile: (text: string) => `Expected a percentile above 0 and below 100, got ${text}.`,
    duration: (text: string) =>
      `Expected a time such as 500 ms, 0.5 minutes or slo * 2 s, got ${text}.`,
  },
} as const;
