import { sameExp } from "../../units/same-math.ts";
import type { Random } from "../random.ts";
import { askedOutput, cutLengths, type Lengths, longestRequest } from "../request-lengths.ts";
import type { ServingLimits } from "../serving-limits.ts";
import type { LengthDistribution, Workload } from "../workload.ts";
import { lengthAt } from "../workload-lengths.ts";

/** One request of a replica. */
export interface SimulatedRequest extends Lengths {
  /** Seconds since the start. */
  readonly at: number;
  readonly sharesPrefix: boolean;
}

export interface SourceSetting {
  readonly workload: Workload;
  /** Replicas among which requests are dealt, one after another. */
  readonly replicas: number;
  readonly limits: ServingLimits;
}

/** Draws the requests of a replica one by one, in the order in which they come. A trace starts again at its end. */
export function requestSource(setting: SourceSetting, random: Random): () => SimulatedRequest {
  const { workload, limits } = setting;
  const longest = longestRequest(workload, limits);
  const share = workload.sharedPrefix?.share ?? 0;
  const next = arrivalsOf(setting, random);
  return () => {
    const { at, prompt, output } = next();
    return {
      at,
      ...cutLengths({ prompt, output }, longest),
      sharesPrefix: random.uniform() < share,
    };
  };
}

/** What a request asks for at most, for engines that reserve it. */
export function reservedOutput({ workload }: SourceSetting): number {
  return askedOutput(workload);
}

type Arrival = Pick<SimulatedRequest, "at" | "prompt" | "output">;

function arrivalsOf({ workload, replicas }: SourceSetting, random: Random): () => Arrival {
  const { arrivals, prompt, output } = workload;
  const gap = replicas / arrivals.rate;
  let at = 0;
  let count = 0;
  const drawn = (seconds: number): Arrival => {
    at += seconds;
    return { at, prompt: drawLength(prompt, random), output: drawLength(output, random) };
  };
  switch (arrivals.kind) {
    case "constant":
      return () => drawn(gap);
    case "poisson":
      return () => drawn(gap * random.exponential());
    case "trace": {
      const { requests } = arrivals;
      const around = (requests.at(-1)?.at ?? 0) - (requests[0]?.at ?? 0) + 1 / arrivals.rate;
      return () => {
        const request = requests[count % requests.length] ?? { at: 0, prompt: 1, output: 1 };
        const round = Math.floor(count / requests.length);
        count += replicas;
        return { ...request, at: request.at - (requests[0]?.at ?? 0) + round * around };
      };
    }
    default:
      return arrivals satisfies never;
  }
}

/** A length of the distribution; lognormal ones from a normal draw, which is faster than their inverse. */
function drawLength(lengths: LengthDistribution, random: Random): number {
  if (lengths.kind !== "lognormal") {
    return lengthAt(lengths, random.uniform());
  }
  const drawn = lengths.median * sameExp(lengths.sigma * random.normal());
  return Math.max(1, Math.round(Math.min(lengths.most, Math.max(lengths.least, drawn))));
}
