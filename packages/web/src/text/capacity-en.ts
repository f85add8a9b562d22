import { formatCount } from "@berth/core";

/** The words of the capacity view; apart, so that the page loads them with that view. */
export const CAPACITY_TEXT = {
  title: "Capacity",
  waiting: "The plan is being made.",
  nothing: "Once a model has a place, what it serves shows here.",
  nobody:
    "No model says yet what it is asked to serve. Set a workload below, and its rates, latencies and limits show here.",
  model: "Model",
  offer: (model: string) =>
    `${model} has no workload: nobody says how many requests come, nor how long they are.`,
  set: "Set a workload",
  start: (prompt: number, output: number) =>
    `It begins with one request a second, ${formatCount(prompt)} tokens of prompt and ${formatCount(output)} of output, for you to change.`,
  noPlace: (model: string) => `${model} has no place in the plan, so it serves nothing.`,
  noLengths: (model: string) =>
    `Say how long prompts and outputs of ${model} are, or bring a trace: without lengths nothing can be said.`,
  percentiles: "Percentiles of latencies",
  percentilesHint: "Up to six, with commas",
  percentilesProblem: (text: string) =>
    `Expected up to 6 percentiles above 0 and below 100, such as 50, 95, got ${text}.`,
  asked: "What is asked of it",
  none: "–",
  verdict: {
    all: (count: number) =>
      count === 1
        ? "The model serves what it is asked for."
        : `All ${count} models serve what they are asked for.`,
    targets: "Every target is met.",
    overloaded: (model: string, asked: string, most: string) =>
      `${model} is asked for ${asked} requests a second and serves ${most} at the most.`,
    missed: (model: string, target: string, breaks: string) =>
      `${model} misses ${target}: it breaks at ${breaks} requests a second.`,
    never: (model: string, target: string) => `${model} misses ${target}, even without load.`,
  },
  served: {
    caption: "What each model serves",
    rate: "Requests/s",
    most: "At most",
    load: "Load",
    input: "Tokens/s in",
    output: "Tokens/s out",
    running: "Running",
    runningMost: "At most",
    limit: "Bound by",
    limits: {
      "kv-cache": "KV cache",
      "batch-size": "batch size",
      "step-tokens": "tokens of a step",
      "no-place": "no place",
    },
    kv50: "KV p50",
    kv95: "p95",
    kv99: "p99",
    waits: "Waits",
    fleet: "In all",
  },
  latencies: {
    caption: "How fast, with the bounds of 95 % of measurements",
    latency: "Latency",
    at: "Expected",
    bounds: "Bounds",
  },
  targets: {
    caption: "Targets, and the rate at which each breaks",
    target: "Target",
    state: "State",
    met: "met",
    missed: "missed",
    breaks: "Breaks at requests/s",
  },
  losses: {
    caption:
      "Requests/s that are left within all targets, whichever one card or host is lost: the worst of each",
    asked: "Asked",
    of: { gpu: "Any card", host: "Any host" },
    without: (lost: string) => `without ${lost}`,
    tooLittle: "less than asked",
  },
  energy: {
    caption: "What it takes to run: an upper bound, from the cards' power limits",
    watts: "Watts",
    kwh: "kWh a million tokens",
    cost: "Cost of a million tokens",
  },
  metrics: { ttft: "TTFT", tpot: "TPOT", e2e: "End to end" },
  names: {
    ttft: "Time to the first token",
    tpot: "Time per output token",
    e2e: "From arrival to the last token",
  },
  chart: {
    label: (name: string, model: string, said: string) => `${name} of ${model}, by rate. ${said}`,
    marks: (asked: string, most: string) =>
      `Asked for ${asked} requests a second; ${most} at the most.`,
    breaking: (rate: string) => `The first target breaks at ${rate}.`,
    rate: "Requests a second",
    seconds: "Seconds",
    expected: (percentile: string) => `${percentile}, expected`,
    bounds: (percentile: string) => `95 % of measurements of ${percentile}`,
    target: (target: string) => `Target: ${target}`,
    askedNow: (rate: string) => `Asked now: ${rate}/s`,
    breaks: (rate: string) => `Breaking point: ${rate}/s`,
    most: (rate: string) => `At most: ${rate}/s`,
    table: "The curves as a table",
    caption: "How fast at every rate",
    kv: "KV p95",
    law: "Rates stand in for this model's own; other models are asked as they are. Where a curve ends, requests would wait without end.",
  },
  replicas: {
    summary: "Its replicas",
    caption: "What each replica serves, and what a router should send it",
    replica: "Replica",
    cards: "Cards",
    weight: "Weight",
    most: "Requests/s at most",
    slowdown: "Slower by others",
  },
  simulators: {
    paths: "Paths",
    minutes: "Minutes",
    seed: "Seed",
    cancel: "Cancel",
    starting: "Starting",
    cancelled: "Cancelled: nothing is shown of it.",
    outdated: "The fleet has changed since: this is of the plan before.",
    method: "Method",
    closed: "Closed form",
    running: "Running",
    waits: "Waits",
    pauses: "Pauses a request",
    replicas: (count: number, replicas: string) =>
      `${count === 1 ? "replica" : "replicas"} ${replicas}`,
    interval: "± encloses 95 of 100 cases.",
  },
  simulation: {
    title: "Request by request",
    lead: "Follows every request and every step of one replica of each kind, from an empty start. The same seed gives the same requests again, here and on the command line.",
    run: "Simulate",
    again: "Simulate again",
    progress: (model: string) => `Following the requests to ${model}`,
    done: (minutes: number, seed: number) =>
      `Every request of ${minutes} ${minutes === 1 ? "minute" : "minutes"}, seed ${seed}.`,
    simulated: "Simulation",
    caption: (model: string) => `${model}: one replica, in closed form and request by request`,
    latencies: (name: string, requests: number) =>
      `${name}: how long its ${formatCount(requests)} requests took`,
    mean: "Mean",
    waiting: "Waiting to start",
    targets: (name: string) => `${name}: targets, in closed form and request by request`,
    met: "At the percentile",
    kind: (replicas: readonly number[], part: string, time: string) =>
      `${replicas.length === 1 ? "replica" : "replicas"} ${replicas.join(", ")} with ${part} of the requests, ${time}`,
    missedBy: (target: string, kinds: string) => `${target} is missed over all requests: ${kinds}.`,
    nothing: (model: string) => `Nobody asks ${model} for anything, so nothing is simulated.`,
    noneEnded: (name: string) => `${name}: no request ended in that time; ask for more minutes.`,
  },
  monteCarlo: {
    title: "The KV caches over time",
    lead: "Many independent paths of every replica, from an empty start: how full its KV cache runs, and the chance that it runs out.",
    run: "Walk the paths",
    again: "Walk again",
    progress: (model: string) => `Walking the paths of ${model}`,
    done: (paths: number, minutes: number, seed: number, backend: string) =>
      `${formatCount(paths)} paths of ${minutes} ${minutes === 1 ? "minute" : "minutes"}, seed ${seed}, ${backend}.`,
    walked: "Monte Carlo",
    runsOut: "Runs out once",
    caption: (model: string) => `${model}: one replica, in closed form and by Monte Carlo`,
    label: (name: string, said: string) => `KV cache of ${name} in use, over time. ${said}`,
    ends: (p50: string, p95: string, p99: string) =>
      `In the end half of all paths use at most ${p50}, 95 % at most ${p95}, 99 % at most ${p99}.`,
    time: "Minutes",
    share: "KV cache in use",
    bands: { p50: "half of all paths", p95: "95 % of all paths", p99: "99 % of all paths" },
    full: "The cache is full",
    table: "The bands as a table",
    tableCaption: "Shares of the KV cache below which so many paths are",
    from: "From minute",
    to: "To",
  },
} as const;
