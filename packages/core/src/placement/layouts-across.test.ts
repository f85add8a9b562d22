import { expect, test } from "vitest";
import type { FleetGpu } from "../hardware/fleet.ts";
import { bytes, GIB } from "../units/units.ts";
import type { CardClass } from "./card-classes.ts";
import { layoutsAcross } from "./layouts-across.ts";

const classOn = (host: string, count: number, catalogId = "h100-sxm-80gb"): CardClass => ({
  id: `${host} ${catalogId}`,
  host,
  gpus: Array.from(
    { length: count },
    (_, index): FleetGpu => ({
      id: `${host}:${index}`,
      host,
      index,
      catalogId,
      name: catalogId,
      computeCapability: "9.0",
      memory: bytes(80 * GIB),
      usedByOthers: bytes(0),
      reserve: bytes(0),
      peerToPeer: "nvlink",
    }),
  ),
  computeCapability: "9.0",
  capacity: 80 * GIB,
  openTo: new Set(["m"]),
});

const hostsOf = (classes: readonly CardClass[], tp: number, pp: number): readonly string[] =>
  layoutsAcross({ tp, pp }, classes).map(({ stages }) =>
    stages.map((stage) => stage.map(({ cardClass, ranks }) => `${cardClass.host}×${ranks}`)).join(),
  );

const two = [classOn("a", 4), classOn("b", 4)];
const three = [...two, classOn("c", 4)];

test.each<[string, readonly CardClass[], number, number, readonly string[]]>([
  ["one stage is on one host", two, 4, 1, []],
  ["a stage on each", two, 4, 2, ["a×4,b×4", "b×4,a×4"]],
  ["two stages on each", two, 2, 4, ["a×2,a×2,b×2,b×2", "b×2,b×2,a×2,a×2"]],
  ["three stages are not equally many on two hosts", two, 1, 3, []],
  ["more ranks than a host has cards", two, 8, 2, []],
  [
    "every two of three hosts",
    three,
    4,
    2,
    ["a×4,b×4", "a×4,c×4", "b×4,c×4", "b×4,a×4", "c×4,a×4", "c×4,b×4"],
  ],
  [
    "all three hosts, with any of them at either end",
    three,
    4,
    3,
    ["a×4,b×4,c×4", "a×4,c×4,b×4", "b×4,c×4,a×4", "b×4,a×4,c×4", "c×4,b×4,a×4", "c×4,a×4,b×4"],
  ],
  [
    "two hosts or three, in their order first",
    three,
    1,
    6,
    [
      "a×1,a×1,a×1,b×1,b×1,b×1",
      "a×1,a×1,a×1,c×1,c×1,c×1",
      "b×1,b×1,b×1,c×1,c×1,c×1",
      "a×1,a×1,b×1,b×1,c×1,c×1",
    ],
  ],
  [
    "a host that is too small is left out",
    [classOn("a", 4), classOn("b", 2), classOn("c", 4)],
    4,
    2,
    ["a×4,c×4", "c×4,a×4"],
  ],
])("%s", (_, classes, tp, pp, expected) => {
  const found = hostsOf(classes, tp, pp);
  expect(found.slice(0, expected.length)).toEqual(expected);
  expect(new Set(found).size).toBe(found.length);
});

test("each kind of card of a host by itself", () => {
  const mixed = [classOn("a", 2), classOn("a", 2, "l40s-48gb"), classOn("b", 2)];
  const kinds = layoutsAcross({ tp: 2, pp: 2 }, mixed).map(({ stages }) =>
    stages.flat().map(({ cardClass }) => cardClass.id),
  );
  expect(kinds).toEqual([
    ["a h100-sxm-80gb", "b h100-sxm-80gb"],
    ["a l40s-48gb", "b h100-sxm-80gb"],
    ["b h100-sxm-80gb", "a h100-sxm-80gb"],
    ["b h100-sxm-80gb", "a l40s-48gb"],
  ]);
});

test("hundreds of sets of hosts are not all looked at", () => {
  const many = Array.from({ length: 32 }, (_, i) => classOn(`h${i}`, 2));
  expect(layoutsAcross({ tp: 1, pp: 8 }, many).length).toBeLessThanOrEqual(200);
});
