import type { CardLink, PlanDeployment, PlanGpu } from "@berth/core";
import { expect, test } from "vitest";
import { linkLanes, linkLook } from "./link-lanes.ts";

const gpus = [..."abcdef"].map(
  (id, at) => ({ id, host: at < 4 ? "one" : "two" }) as unknown as PlanGpu,
);
const group = (model: string, ...ids: string[]) =>
  ({ model, replica: 0, gpus: ids }) as unknown as PlanDeployment;
const link = (a: string, b: string, kind: CardLink["kind"] = "PHB"): CardLink => ({
  a,
  b,
  kind,
  nvlinks: 0,
  peerToPeer: false,
});
const drawn = (...deployments: PlanDeployment[]) => {
  const links = deployments.map(({ model, replica, gpus: ids }) => ({
    model,
    replica,
    links: ids.flatMap((a, at) => ids.slice(at + 1).map((b) => link(a, b))),
  }));
  return linkLanes(gpus, deployments, { plan: {} as never, groups: links });
};
const marksOf = (lanes: ReturnType<typeof linkLanes>, id: string) =>
  (lanes.marks.get(id) ?? []).map(({ model, lane, isMember, up, down }) => ({
    model,
    lane,
    isMember,
    up: up === undefined ? "" : up.a + up.b,
    down: down === undefined ? "" : down.a + down.b,
  }));

test("a line goes from card to card, past those between, and each part is the link of its two ends", () => {
  const lanes = drawn(group("m", "a", "d", "c"));
  expect(lanes.count).toBe(1);
  const at = { model: "m", lane: 0 };
  expect(marksOf(lanes, "a")).toEqual([{ ...at, isMember: true, up: "", down: "ac" }]);
  expect(marksOf(lanes, "b")).toEqual([{ ...at, isMember: false, up: "ac", down: "ac" }]);
  expect(marksOf(lanes, "c")).toEqual([{ ...at, isMember: true, up: "ac", down: "dc" }]);
  expect(marksOf(lanes, "d")).toEqual([{ ...at, isMember: true, up: "dc", down: "" }]);
});

test("groups that pass each other have lines of their own; one after another share one", () => {
  const lanes = drawn(group("m", "a", "b"), group("n", "b", "c"), group("o", "c", "d"));
  expect(lanes.count).toBe(2);
  expect(marksOf(lanes, "b").map(({ model, lane }) => [model, lane])).toEqual([
    ["m", 0],
    ["n", 1],
  ]);
  expect(marksOf(lanes, "d").map(({ model, lane }) => [model, lane])).toEqual([["o", 0]]);
});

test("words stand beside few lines, where there is something to say", () => {
  expect(drawn(group("m", "a", "b")).hasWords).toBe(true);
  expect(drawn(...["m", "n", "o"].map((model) => group(model, "a", "b"))).hasWords).toBe(false);
  expect(linkLanes(gpus, [group("m", "a", "b")], undefined).hasWords).toBe(false);
});

test("no line goes from host to host, and a card alone has none", () => {
  expect(drawn(group("m", "d", "e")).count).toBe(0);
  expect(drawn(group("m", "a")).count).toBe(0);
  const lanes = drawn(group("m", "c", "d", "e", "f"));
  expect([..."cdef"].map((id) => marksOf(lanes, id).length)).toEqual([1, 1, 1, 1]);
  expect(marksOf(lanes, "d")[0]).toMatchObject({ up: "cd", down: "" });
});

test("more groups than there is room for are left to the table", () => {
  const many = Array.from({ length: 9 }, (_, at) => group(`m${at}`, "a", "b"));
  expect(drawn(...many).count).toBe(6);
});

test.each([
  { kind: "NVLINK", peerToPeer: true, look: "nvlink" },
  { kind: "PHB", peerToPeer: true, look: "peer" },
  { kind: "PIX", peerToPeer: false, look: "host" },
  { kind: "unknown", peerToPeer: false, look: "host" },
] as const)("$kind with peers $peerToPeer is drawn as $look", ({ kind, peerToPeer, look }) => {
  expect(linkLook({ ...link("a", "b", kind), peerToPeer })).toBe(look);
});
