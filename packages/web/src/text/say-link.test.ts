import type { CardLink } from "@berth/core";
import { expect, test } from "vitest";
import { alikeLinks, shortWay } from "./say-link.ts";

const link = (a: string, b: string, more: Partial<CardLink> = {}): CardLink => ({
  a,
  b,
  kind: "PHB",
  nvlinks: 0,
  peerToPeer: false,
  ...more,
});

const BRIDGE = { kind: "NVLINK", nvlinks: 4, peerToPeer: true } as const;

test("links that are alike are said once", () => {
  expect(
    alikeLinks([link("a", "b", BRIDGE), link("a", "c"), link("b", "c")]).map((one) =>
      Object.values(one).join(" | "),
    ),
  ).toEqual([
    "NV4: 4 NVLinks | yes | a – b",
    "PHB: a processor's PCIe bridge | no, through the host's memory | a – c, b – c",
  ]);
});

test("where all pairs are alike, their number is enough", () => {
  expect(alikeLinks([link("a", "b"), link("a", "c")])[0]?.pairs).toBe("all 2 pairs");
  expect(alikeLinks([link("a", "b")])[0]?.pairs).toBe("a – b");
});

test.each([
  [BRIDGE, "NV4"],
  [{}, "PHB"],
  [{ kind: "unknown" }, "?"],
  [{ kind: "unknown", peerToPeer: true }, "P2P"],
] as const)("%o is %s in short", (more, short) => {
  expect(shortWay(link("a", "b", more))).toBe(short);
});
