import { expect, test } from "vitest";
import type { FleetGpu, FleetLink } from "../hardware/fleet.ts";
import { bytes, GIB } from "../units/units.ts";
import type { CardClass } from "./card-classes.ts";
import { twinsOf } from "./twin-hosts.ts";

const gpu = (host: string, index: number): FleetGpu => ({
  id: `${host}:${index}`,
  host,
  index,
  catalogId: "rtx-3090",
  name: "RTX 3090",
  computeCapability: "8.6",
  memory: bytes(24 * GIB),
  usedByOthers: bytes(0 * GIB),
  reserve: bytes(0 * GIB),
  peerToPeer: "nvlink",
});

const cardClass = (id: string, host: string, more: Partial<CardClass> = {}): CardClass => ({
  id,
  host,
  gpus: [gpu(host, 0), gpu(host, 1)],
  computeCapability: "8.6",
  capacity: bytes(24 * GIB),
  openTo: new Set(["m"]),
  ...more,
});

const bridge = (host: string): FleetLink => ({
  a: `${host}:1`,
  b: `${host}:0`,
  kind: "NVLINK",
  nvlinks: 4,
  peerToPeer: true,
});

test.each([
  { what: "equal hosts", second: {}, links: [], twin: "c0" },
  { what: "equal links", second: {}, links: [bridge("a"), bridge("b")], twin: "c0" },
  { what: "a bridge more", second: {}, links: [bridge("b")], twin: "c1" },
  { what: "less room", second: { capacity: bytes(23 * GIB) }, links: [], twin: "c1" },
  { what: "other models", second: { openTo: new Set(["n"]) }, links: [], twin: "c1" },
  { what: "fewer cards", second: { gpus: [gpu("b", 0)] }, links: [], twin: "c1" },
])("$what: the second host's class is $twin", ({ second, links, twin }) => {
  const twins = twinsOf([cardClass("c0", "a"), cardClass("c1", "b", second)], links);
  expect(twins.get("c0")).toBe("c0");
  expect(twins.get("c1")).toBe(twin);
});

test("a host with a class more is no twin, whatever its first class is", () => {
  const classes = [cardClass("c0", "a"), cardClass("c1", "b"), cardClass("c2", "b")];
  expect([...twinsOf(classes, []).values()]).toEqual(["c0", "c1", "c2"]);
});
