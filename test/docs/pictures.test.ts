import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import { fractionsPicture } from "../../scripts/docs/fractions-picture.ts";
import { oneStartPicture } from "../../scripts/docs/one-start-picture.ts";
import { otherOrderPicture } from "../../scripts/docs/other-order-picture.ts";
import { startOrderPicture } from "../../scripts/docs/start-order-picture.ts";
import { berth } from "../cli/run-berth.ts";

const PICTURES = new URL("../../docs/pictures/", import.meta.url);
const MEMORY = readFileSync(new URL("../../docs/memory.md", import.meta.url), "utf8");
const CARD = "one-4090:0";

const DRAWN: Readonly<Record<string, (plan: PlanDocument) => string>> = {
  "fractions.svg": fractionsPicture,
  "one-start.svg": (plan) => oneStartPicture(plan, CARD, "llama-3b"),
  "other-order.svg": (plan) => otherOrderPicture(plan, CARD),
  "start-order.svg": (plan) => startOrderPicture(plan, CARD),
};

// UPDATE_DOCS=1 draws them anew
test.each(Object.entries(DRAWN))("%s shows the example's plan", async (name, draw) => {
  const { stdout } = await berth(["plan", "examples/four-on-one.yaml", "--json"]);
  const picture = draw(JSON.parse(stdout) as PlanDocument);
  const file = new URL(name, PICTURES);
  if (process.env["UPDATE_DOCS"] === "1") {
    writeFileSync(file, picture);
  }
  expect(existsSync(file)).toBe(true);
  expect(picture).toBe(readFileSync(file, "utf8"));
});

test("each picture stands on the page of memory", () => {
  const shown = [...MEMORY.matchAll(/\]\(\.\/pictures\/([^)]+)\)/g)].map(([, name]) => name);
  expect(shown.sort()).toEqual(Object.keys(DRAWN).sort());
  expect(readdirSync(PICTURES).sort()).toEqual(Object.keys(DRAWN).sort());
});

test("the picture of fractions has the numbers of the page's table", () => {
  const stated = [...MEMORY.matchAll(/^\| [^|]+ \| [^|]+ \| .* = ([\d.]+) GiB \|$/gm)];
  const drawn = [...fractionsPicture().matchAll(/so that ([\d.]+) GiB/g)];
  expect(stated).toHaveLength(3);
  expect(stated.map(([, gib]) => Number(gib))).toEqual(drawn.map(([, gib]) => Number(gib)));
});
