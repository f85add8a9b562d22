/** Card-states, states times cards, of the search of a fleet that branch and price goes on with: about ten seconds of work. */
const STATES_BY_FEW_CARDS = 125_000_000;

/** Most cards of such a fleet (`solvers/exact.ts`), where its replicas are not too many. */
const FEW_CARDS = 96;

/** Most states of any search: a dozen cards seldom need half as many for a proof. */
const MOST_STATES = 10_000_000;

/** Card-states of the search of a larger fleet: a state costs more there, and the first ones gain the most. */
const STATES_BY_CARDS = 32_000_000;

/** What the search of any fleet looks at, however many cards it has; that of 4,096 ends within a minute. */
const LEAST_STATES = 30_000;

/** Most states of the last of several searches for one answer: what is reached by then differs little from one to the next. */
const MOST_OF_SEVERAL = 300_000;

/** Most states of each of those before it, which are only compared: some tenths of a second. */
const MOST_OF_TRIAL = 20_000;

/** As `defaultNodeLimit`, where several fleets are solved to choose one of them. */
export function limitOfTrial(cards: number): number {
  return Math.min(MOST_OF_TRIAL, defaultNodeLimit(cards));
}

/** As `defaultNodeLimit`, for the one that was chosen. */
export function limitOfSeveral(cards: number): number {
  return Math.min(MOST_OF_SEVERAL, defaultNodeLimit(cards));
}

/** States that a search looks at before it settles where nobody said how many; the fewer, the more cards there are. */
export function defaultNodeLimit(cards: number): number {
  return cards <= FEW_CARDS
    ? Math.min(MOST_STATES, Math.ceil(STATES_BY_FEW_CARDS / Math.max(1, cards)))
    : Math.max(LEAST_STATES, Math.ceil(STATES_BY_CARDS / cards));
}
