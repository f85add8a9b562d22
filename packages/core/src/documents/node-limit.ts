/** States of the search of a fleet that is searched as far as can be: some seconds of work. */
const MOST_STATES = 1_000_000;

/** What the search of any fleet looks at, however many cards it has; that of 4,096 ends within a minute. */
const LEAST_STATES = 30_000;

/** Most cards of such a fleet. Beyond, a state costs the more, the more cards there are. */
const CARDS_SEARCHED_FAR = 128;

const STATES_BY_CARDS = 32_000_000;

/** States that a search looks at before it settles where nobody said how many; the fewer, the more cards there are. */
export function defaultNodeLimit(cards: number): number {
  return cards <= CARDS_SEARCHED_FAR
    ? MOST_STATES
    : Math.max(LEAST_STATES, Math.ceil(STATES_BY_CARDS / cards));
}
