import { expect, test } from "vitest";
import { bytes } from "../units/units.ts";
import { FreeLimits } from "./free-limits.ts";

const card = (id: string, host: string) => ({
  id,
  host,
  cardClass: "c",
  capacity: bytes(24),
  watts: 350,
});
const CARDS = [card("a:0", "a"), card("a:1", "a"), card("b:0", "b")];
const files = (id: string, size: number) => ({ id, size: bytes(size) });

test("a card that is in use draws nothing more, and a second one has to be within the budget", () => {
  const limits = new FreeLimits(CARDS, [{ host: "a", watts: 699 }]);
  limits.take(["a:0"], undefined);
  expect(limits.bear(["a:0"], undefined)).toBe(true);
  // 350 + 350 = 700
  expect(limits.bear(["a:1"], undefined)).toBe(false);
  expect(limits.bear(["b:0"], undefined)).toBe(true);
});

test("files are there once, whoever reads them", () => {
  const limits = new FreeLimits(CARDS, [{ host: "a", disk: bytes(10) }]);
  limits.take(["a:0"], files("first", 6));
  expect(limits.bear(["a:1"], files("first", 6))).toBe(true);
  expect(limits.bear(["a:1"], files("other", 4))).toBe(true);
  expect(limits.bear(["a:1"], files("other", 5))).toBe(false);
  limits.take(["a:1"], files("first", 6));
  expect(limits.bear(["a:1"], files("other", 4))).toBe(true);
});
