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
  layoutsAcross({ tp, pp }, classes).layouts.map(({ stages }) =>
    stages.map((stage) => stage.map(({ cardClass, ranks }) => `${cardClass.host}×${ranks}`)).join(),
  );

/** A host of other cards. */
const other = classOn("d", 4, "a100-sxm-80gb");
const two = [classOn("a", 4), classOn("b", 4)];
const three = [...two, classOn("c", 4)];

test.each<[string, readonly CardClass[], number, number, readonly string[]]>([
  ["one stage is on one host", two, 4, 1, []],
  ["a stage on each", two, 4, 2, ["a×4,b×4"]],
  ["two stages on each", two, 2, 4, ["a×2,a×2,b×2,b×2"]],
  ["three stages are not equally many on two hosts", two, 1, 3, []],
  ["more ranks than a host has cards", two, 8, 2, []],
  ["every two of three hosts", three, 4, 2, ["a×4,b×4", "a×4,c×4", "b×4,c×4"]],
  ["all three hosts", three, 4, 3, ["a×4,b×4,c×4"]],
  [
    "two hosts or three",
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
    "any of unlike hosts may be first and last",
    [...two, other],
    4,
    3,
    ["a×4,b×4,d×4", "a×4,d×4,b×4", "b×4,d×4,a×4", "d×4,b×4,a×4", "d×4,a×4,b×4"],
  ],
  [
    "a host that is too small is left out",
    [classOn("a", 4), classOn("b", 2), classOn("c", 4)],
    4,
    2,
    ["a×4,c×4"],
  ],
])("%s", (_, classes, tp, pp, expected) => {
  expect(hostsOf(classes, tp, pp)).toEqual(expected);
});

test("each kind of card of a host by itself", () => {
  const mixed = [classOn("a", 2), classOn("a", 2, "l40s-48gb"), classOn("b", 2)];
  const kinds = layoutsAcross({ tp: 2, pp: 2 }, mixed).layouts.map(({ stages }) =>
    stages.flat().map(({ cardClass }) => cardClass.id),
  );
  expect(kinds).toEqual([
    ["a h100-sxm-80gb", "b h100-sxm-80gb"],
    ["a l40s-48gb", "b h100-sxm-80gb"],
    ["b h100-sxm-80gb", "a l40s-48gb"],
  ]);
});

test("hundreds of sets of hosts are not all looked at", () => {
  const many = Array.from({ length: 32 }, (_, i) => classOn(`h${i}`, 2));
  const { layouts, isAll } = layoutsAcross({ tp: 1, pp: 8 }, many);
  expect({ few: layouts.length <= 200, isAll }).toEqual({ few: true, isAll: false });
  expect(layoutsAcross({ tp: 1, pp: 8 }, many.slice(0, 4)).isAll).toBe(true);
});
