import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foundChances, type RequestState } from "./found-chances.ts";

/** From none to one less than so many seats, all counted or few of them. */
function statesOf(
  seats: number,
  endsOf: (requests: number) => number,
  apart = 1,
): readonly RequestState[] {
  const states: RequestState[] = [];
  for (let n = 0; n < seats; n = n === seats - 1 ? seats : Math.min(seats - 1, n + apart)) {
    states.push({ requests: n, ends: endsOf(n) });
  }
  return states;
}

/** Erlang's loss formula, and from it the chance to wait. */
function erlangC(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) {
    blocked = (load * blocked) / (n + load * blocked);
  }
  return blocked / (1 - (load / servers) * (1 - blocked));
}

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe("what a request finds", () => {
  test("M/M/c: Erlang's C for any number of seats, also where states stand for several", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1500 }),
        fc.integer({ min: 1, max: 60 }),
        share(0.01, 0.99),
        (seats, apart, busy) => {
          const states = statesOf(seats, (n) => n, apart);
          const { full } = foundChances(states, {
            rate: busy * seats,
            mostRate: seats,
            bunched: 0,
          });
          expect(full).toBeCloseTo(erlangC(seats, busy * seats), 9);
        },
      ),
    );
  });

  test("one server that all share: of n found, each more is rarer by the load", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), share(0.01, 0.99), (seats, busy) => {
        const { full, oneLeft } = foundChances(
          statesOf(seats, () => 1),
          { rate: busy, mostRate: 1, bunched: 0 },
        );
        expect(full).toBeCloseTo(busy ** seats, 9);
        expect(oneLeft).toBeCloseTo((1 - busy) * busy ** (seats - 1), 9);
      }),
    );
  });

  test("bunches of geometric size on M/M/∞: mean = load + bunched / (1 - bunched)", () => {
    // M^X/M/∞ holds its load on average; before a request there are E[X²] / 2 E[X] - 1 / 2 of its bunch
    const [load, bunched] = [20, 0.4];
    const states = statesOf(400, (n) => n);
    const { weights } = foundChances(states, { rate: load, mostRate: 400, bunched });
    const mean = weights.reduce((sum, weight, n) => sum + n * weight, 0);
    expect(mean).toBeCloseTo(load + bunched / (1 - bunched), 6);
  });

  test("more requests never find a seat more often, wherever they end", () => {
    fc.assert(
      fc.property(
        fc.array(share(0.1, 5), { minLength: 1, maxLength: 30 }),
        share(0, 0.9),
        share(0.01, 0.98),
        (ends, bunched, busy) => {
          const states = [0, ...ends].map((one, requests) => ({ requests, ends: one }));
          const [some, more] = [busy, busy + 0.01].map((rate) =>
            foundChances(states, { rate, mostRate: 1, bunched }),
          );
          expect(some?.full).toBeGreaterThan(0);
          expect(more?.full).toBeGreaterThanOrEqual(some?.full ?? 1);
        },
      ),
    );
  });
});
