/** So many requests that have come and not ended, and how many of them end a second. */
export interface RequestState {
  readonly requests: number;
  readonly ends: number;
}

/** What a request finds when it comes. */
export interface FoundChances {
  /** Where a seat is free: the chance of each state. One that stands for several has their part of it. */
  readonly weights: readonly number[];
  /** Of all requests: that one seat is free, and that none is. */
  readonly oneLeft: number;
  readonly full: number;
}

/**
 * The rate of requests, the one at which they end while no seat is free, and the chance that another one comes right
 * behind a request.
 */
export interface RequestFlow {
  readonly rate: number;
  readonly mostRate: number;
  readonly bunched: number;
}

/**
 * As many requests that come find n as leave n behind them: found(n) = found(n - 1) · (bunched + (1 - bunched) · rate /
 * ends(n)), since some come in a bunch, of geometric size, with one that found n - 1. Poisson's come alone, and see what
 * there is at any time: M/M/c where n of c end n times as fast as one. With no seat free what is found falls evenly, by
 * the load.
 */
export function foundChances(states: readonly RequestState[], flow: RequestFlow): FoundChances {
  const { rate, mostRate } = flow;
  const { masses, last } = freeMasses(states, flow);
  const free = masses.reduce((sum, mass) => sum + mass, 0);
  const none = (last * rate) / (mostRate - rate);
  const all = free + none;
  return {
    weights: Array.from(masses, (mass) => mass / free),
    oneLeft: last / all,
    full: none / all,
  };
}

/** How often each state is found against the first, and the last one alone. */
function freeMasses(
  states: readonly RequestState[],
  { rate, bunched }: RequestFlow,
): { readonly masses: Float64Array; readonly last: number } {
  const masses = new Float64Array(states.length);
  let found = 1;
  masses[0] = found;
  for (let i = 1; i < states.length; i += 1) {
    const [below, own] = [states[i - 1], states[i]] as [RequestState, RequestState];
    const gap = own.requests - below.requests;
    // those between: ends are linear, and their part of the chance goes to either side
    for (let step = 1; step <= gap; step += 1) {
      const part = step / gap;
      const ends = below.ends + part * (own.ends - below.ends);
      found *= bunched + ((1 - bunched) * rate) / ends;
      masses[i - 1] = (masses[i - 1] ?? 0) + (1 - part) * found;
      masses[i] = (masses[i] ?? 0) + part * found;
    }
    if (found > LARGE) {
      shrink(masses, found);
      found = 1;
    }
  }
  return { masses, last: found };
}

function shrink(masses: Float64Array, by: number): void {
  for (let i = 0; i < masses.length; i += 1) {
    masses[i] = (masses[i] ?? 0) / by;
  }
}

/** A few thousand seats may hold more than a number can: e to the power of their load. */
const LARGE = 1e100;
