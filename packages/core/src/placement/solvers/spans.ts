import type { Assignment, Demand, PlacementProblem } from "../problem.ts";

/** Replicas of a model that the host with most of them may have: from so many to so many. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

/** Demands that leave open how their replicas are spread over the hosts, by position. */
export type Spans = ReadonlyMap<number, Span>;

/**
 * From the most even spread, which the demands themselves ask for, to one in which a single replica is on another host:
 * fewer are left after the loss of a host then, and each holds more.
 */
export function spansOf({ demands }: PlacementProblem): Spans {
  return new Map(
    demands.flatMap(({ survives, mostOnHost, replicas, options }, i) => {
      const most = replicas - 1;
      return survives?.loss === "host" && options.length > 0 && (mostOnHost ?? most) < most
        ? [[i, { least: mostOnHost ?? most, most }] as const]
        : [];
    }),
  );
}

/**
 * Every layout that spreads replicas so is one of this problem. Not all of its layouts outlive a loss unless each span
 * is a single number, or asks for as many sequences at either end.
 */
export function withinSpans(problem: PlacementProblem, spans: Spans): PlacementProblem {
  return {
    ...problem,
    demands: problem.demands.map((demand, i) => {
      const span = spans.get(i);
      return span === undefined ? demand : withinSpan(demand, span);
    }),
  };
}

function withinSpan(demand: Demand, { least: fewest, most }: Span): Demand {
  const { survives, replicas } = demand;
  const least = replicas * Math.ceil(Math.max(1, survives?.least ?? 1) / (replicas - fewest));
  return { ...demand, mostOnHost: most, least, wanted: Math.max(demand.wanted, least) };
}

/** Both halves of spans without what these assignments show not to hold; undefined where every model outlives each loss. */
export function splitSpans(
  { cards, demands }: PlacementProblem,
  spans: Spans,
  assignments: readonly Assignment[],
): { readonly evener: Spans; readonly closer: Spans } | undefined {
  const hostOf = new Map(cards.map(({ id, host }) => [id, host]));
  for (const [i, span] of spans) {
    const own = assignments.filter(({ model }) => model === demands[i]?.model);
    const hosts = own.map((one) => new Set(one.cards.map((card) => hostOf.get(card))));
    const counts = hosts
      .flatMap((all) => [...all])
      .map((host) => hosts.filter((all) => all.has(host)).length);
    const lost = Math.max(0, ...counts);
    const left = (own.length - lost) * (own[0]?.sequences ?? 0);
    if (own.length > 0 && left < Math.max(1, demands[i]?.survives?.least ?? 1)) {
      return {
        evener: new Map([...spans, [i, { ...span, most: lost - 1 }]]),
        closer: new Map([...spans, [i, { ...span, least: lost }]]),
      };
    }
  }
  return undefined;
}
