import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom, twelveCards } from "../../../../../../test/properties/random-placement.ts";
import { indexFleet } from "../fleet-index.ts";
import { NOTHING } from "../levels.ts";
import { fits, targetAt } from "./at-share.ts";
import { Bids } from "./bids.ts";
import { placeByWorth } from "./place-by-worth.ts";
import { priceFunction } from "./price-of.ts";
import { RoomWorth } from "./room-worth.ts";
import { evenPrices } from "./share-bound.ts";
import { sitesOf } from "./sites.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const fleet = indexFleet(twelveCards(1, 8));
const capacity = fleet.pools[0]?.mostCapacity ?? 0;
const part = (of: number) => Math.floor(capacity * of);

describe("what room is worth", () => {
  test("more room is worth more, and two rooms together no less than each for itself", () => {
    const random = seededRandom(7);
    const prices = Array.from({ length: 13 }, random).sort((a, b) => a - b);
    const worth = new RoomWorth(
      fleet,
      (_, need) => prices[Math.floor((12 * need) / capacity)] ?? 0,
    );
    const halves = fc.integer({ min: 0, max: part(0.49) });
    fc.assert(
      fc.property(halves, halves, (a, b) => {
        expect(worth.of(0, a + b + 1)).toBeGreaterThan(worth.of(0, a + b));
        expect(worth.of(0, a + b + part(0.003))).toBeGreaterThanOrEqual(
          worth.of(0, a) + worth.of(0, b),
        );
      }),
    );
  });

  test("a need of more than half is worth the card where nothing else has a price", () => {
    const worth = new RoomWorth(fleet, (_, need) => (need > capacity / 2 ? 1 : 0));
    expect(worth.of(0, capacity) - worth.of(0, part(0.4))).toBeGreaterThan(1);
    expect(worth.of(0, part(0.4))).toBeLessThan(0.01);
  });
});

describe("placed by worth", () => {
  test("nobody overfills a card, who is left fits nowhere, and the same again is the same", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 4, max: 16 }), (seed, models) => {
        const { places, left } = placed(seed, models);
        expect(placed(seed, models)).toEqual({ places, left });
      }),
      { numRuns: 12 },
    );
  });
});

/** Everybody's place at the least; checks what holds for each. */
function placed(seed: number, models: number) {
  const own = indexFleet(twelveCards(seed, models));
  const sites = sitesOf(own);
  const priceOf = priceFunction(own, evenPrices(own));
  const worth = new RoomWorth(own, priceOf);
  const all = own.problem.demands.flatMap((_, model) =>
    targetAt({ sites, priceOf }, { models: [model], share: NOTHING }) === undefined ? [] : [model],
  );
  const target = targetAt({ sites, priceOf }, { models: all, share: NOTHING });
  if (target === undefined) {
    throw new RangeError("each has a way");
  }
  const { packing, ways } = target;
  const items = packing.items.map((_, item) => item);
  const left = placeByWorth(target, items, { worth, shake: (model) => 1 + (model % 3) / 5 });
  const waysOf = (item: number) => ways.get(packing.items[item]?.model ?? -1) ?? [];
  for (const item of left) {
    expect(new Bids(packing, { item, ways: waysOf(item), worth }).cheapest()).toBeUndefined();
  }
  own.capacities.forEach((has, card) => {
    const taken = packing.tenantsOn(card).reduce((sum, { need }) => sum + need, 0);
    expect(taken).toBeLessThanOrEqual(has);
  });
  const places = items.map((item) => packing.placeOf(item));
  items.forEach((item) => {
    const place = places[item];
    expect(place === undefined).toBe(left.includes(item));
    packing.remove(item);
    expect(place === undefined || fits(packing, item, place)).toBe(true);
    if (place !== undefined) {
      packing.put(item, place);
    }
  });
  return { places, left };
}
