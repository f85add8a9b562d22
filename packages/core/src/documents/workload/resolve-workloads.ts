import type { LengthDistribution } from "../../capacity/workload.ts";
import { lengthAt } from "../../capacity/workload-lengths.ts";
import { normalTail } from "../../memory/normal.ts";
import { InputError, shown } from "../../report/errors.ts";
import { shareOfPercent } from "../../units/percent.ts";
import { sameLog } from "../../units/same-math.ts";
import { tokens } from "../../units/units.ts";
import type { FleetFile, FleetModel } from "../fleet-file-types.ts";
import {
  atLeast0,
  type Entry,
  MOST_TOKENS,
  numberOf,
  secondsOf,
  shareOf,
  tokensOf,
} from "./amounts.ts";
import { countableRate } from "./countable-rate.ts";
import { evaluateQuantity, type Vars } from "./expression.ts";
import type { PlanTarget, PlanWorkload } from "./plan-workload.ts";
import { plain, type Quantity } from "./quantity.ts";
import type { Amount, FleetLengths, FleetTarget, FleetWorkload } from "./workload-types.ts";

/** The fleet file's workloads with every expression worked out. Throws an InputError for what makes no sense. */
export async function resolveWorkloads(
  file: string,
  fleet: FleetFile,
): Promise<readonly PlanWorkload[]> {
  const vars = await varsOf(file, fleet.vars ?? {});
  const found: PlanWorkload[] = [];
  for (const [i, model] of fleet.models.entries()) {
    if (model.workload !== undefined) {
      found.push(
        await resolved({ file, key: `models[${i}].workload`, vars }, model.workload, model),
      );
    }
  }
  return found;
}

/**
 * Lengths from one text, as a flag gives them: tokens such as 8192 or "8k", an expression, or "500..4k" for a median
 * and a 95th percentile. Throws an InputError for anything else.
 */
export async function readLengths(flag: string, text: string): Promise<LengthDistribution> {
  const entry = { file: flag, key: "tokens", vars: {} };
  const [median = "", p95] = text.split("..", 2);
  return lengthsOf(entry, p95 === undefined ? median : { median, p95 });
}

/** Names in the order of the file: each may use those before it, and may be a quantity such as 500 ms. */
export async function varsOf(
  file: string,
  written: Readonly<Record<string, Amount>>,
): Promise<Vars> {
  const vars: Record<string, Quantity> = {};
  const later = Object.fromEntries(Object.keys(written).map((name) => [name, "later" as const]));
  for (const [name, amount] of Object.entries(written)) {
    const place = { file, key: `vars.${name}` };
    vars[name] =
      typeof amount === "number"
        ? plain(amount)
        : await evaluateQuantity(place, amount, { ...later, ...vars });
    atLeast0(place, vars[name].value);
  }
  return vars;
}

async function resolved(
  entry: Entry,
  workload: FleetWorkload,
  { name }: FleetModel,
): Promise<PlanWorkload> {
  const {
    rate,
    trace,
    prompt,
    output,
    sharedPrefix,
    arrivals = "poisson",
    targets = [],
  } = workload;
  const at = (key: string): Entry => ({ ...entry, key: `${entry.key}.${key}` });
  if (trace !== undefined && workload.arrivals !== undefined) {
    throw new InputError(at("arrivals"), "expected no arrivals beside a trace, which has its own");
  }
  const lengths = prompt === undefined ? undefined : await lengthsOf(at("prompt"), prompt);
  return {
    model: name,
    arrivals: trace === undefined ? arrivals : "trace",
    ...(rate === undefined ? {} : { requestsPerSecond: await rateOf(at("rate"), rate) }),
    ...(trace === undefined ? {} : { trace }),
    ...(lengths === undefined ? {} : { prompt: lengths }),
    ...(output === undefined ? {} : { output: await lengthsOf(at("output"), output) }),
    ...(sharedPrefix === undefined
      ? {}
      : { sharedPrefix: await prefixOf(at("sharedPrefix"), sharedPrefix, lengths) }),
    targets: await Promise.all(targets.map((target, i) => targetOf(at(`targets[${i}]`), target))),
  };
}

async function rateOf(entry: Entry, rate: Amount): Promise<number> {
  const { file, key } = entry;
  return countableRate({ file, key }, await numberOf(entry, rate, "rate"));
}

/** Prompts begin with it: one that is longer than every prompt is a mistake. */
async function prefixOf(
  entry: Entry,
  { tokens: length, share }: NonNullable<FleetWorkload["sharedPrefix"]>,
  prompt: LengthDistribution | undefined,
): Promise<NonNullable<PlanWorkload["sharedPrefix"]>> {
  const at = (key: string): Entry => ({ ...entry, key: `${entry.key}.${key}` });
  const found = await tokensOf(at("tokens"), length);
  const longest = prompt === undefined ? found : lengthAt(prompt, 1);
  if (found > longest) {
    throw new InputError(
      at("tokens"),
      `expected at most ${longest} tokens, as many as the longest prompt has, got ${shown(length)}`,
    );
  }
  return { tokens: found, share: await shareOf(at("share"), share ?? 1) };
}

async function lengthsOf(entry: Entry, lengths: FleetLengths): Promise<LengthDistribution> {
  if (typeof lengths !== "object") {
    return { kind: "fixed", tokens: await tokensOf(entry, lengths) };
  }
  if ("quantiles" in lengths) {
    return quantilesOf(entry, lengths.quantiles);
  }
  if ("histogram" in lengths) {
    return histogramOf(entry, lengths.histogram);
  }
  return lognormalOf(entry, lengths);
}

async function lognormalOf(
  entry: Entry,
  lengths: Extract<FleetLengths, { readonly median: Amount }>,
): Promise<LengthDistribution> {
  const median = await tokensOf(entry, lengths.median);
  const { p95, sigma, most } = lengths;
  if ((p95 === undefined) === (sigma === undefined)) {
    throw new InputError(
      entry,
      `expected either p95 or sigma beside median, got ${shown(lengths)}`,
    );
  }
  const deviation =
    p95 === undefined
      ? await numberOf(entry, sigma ?? 0)
      : sameLog((await tokensOf(entry, p95)) / median) / normalTail(1 - 0.95);
  if (deviation < 0 || deviation > MOST_SIGMA) {
    throw new InputError(
      entry,
      `expected p95 from the median on and sigma up to ${MOST_SIGMA}, got ${shown(lengths)}`,
    );
  }
  return {
    kind: "lognormal",
    median,
    sigma: deviation,
    least: tokens(1),
    most: most === undefined ? tokens(MOST_TOKENS) : await tokensOf(entry, most),
  };
}

/** At 5, one request in 40 is 18,000 times as long as the median: no traffic is. */
const MOST_SIGMA = 5;

async function quantilesOf(
  entry: Entry,
  written: Extract<FleetLengths, { readonly quantiles: unknown }>["quantiles"],
): Promise<LengthDistribution> {
  const points = await Promise.all(
    written.map(async ({ share, tokens: amount }) => ({
      share,
      tokens: await tokensOf(entry, amount),
    })),
  );
  const falls = points.findIndex((point, i) => {
    const before = points[i - 1];
    return before !== undefined && (point.share <= before.share || point.tokens < before.tokens);
  });
  if (falls >= 0) {
    throw new InputError(
      { file: entry.file, key: `${entry.key}.quantiles[${falls}]` },
      `expected shares that rise and tokens that do not fall, got ${shown(written[falls])} after ${shown(written[falls - 1])}`,
    );
  }
  return { kind: "quantiles", points };
}

async function histogramOf(
  entry: Entry,
  written: Extract<FleetLengths, { readonly histogram: unknown }>["histogram"],
): Promise<LengthDistribution> {
  const bins = await Promise.all(
    written.map(async ({ from, to, weight }) => ({
      from: await tokensOf(entry, from),
      to: await tokensOf(entry, to),
      weight,
    })),
  );
  const wrong = bins.findIndex(({ from, to }) => !(to > from));
  if (wrong >= 0 || bins.every(({ weight }) => weight === 0)) {
    throw new InputError(
      { file: entry.file, key: `${entry.key}.histogram[${Math.max(0, wrong)}]` },
      `expected to above from, and a weight above 0 in some bin, got ${shown(written[Math.max(0, wrong)])}`,
    );
  }
  return { kind: "histogram", bins };
}

/** The percentile that a target without one means. */
const USUAL_PERCENTILE = 95;

async function targetOf(entry: Entry, target: FleetTarget): Promise<PlanTarget> {
  return {
    metric: target.metric,
    percentile: shareOfPercent(target.percentile ?? USUAL_PERCENTILE),
    mostSeconds: await secondsOf({ ...entry, key: `${entry.key}.most` }, target.most),
  };
}
