import { readFileSync, writeFileSync } from "node:fs";
import type { PlanDocument } from "@berth/core";
import { expect, test } from "vitest";
import { startOrderPicture } from "../../scripts/docs/start-order-picture.ts";
import { berth } from "../cli/run-berth.ts";

const PICTURE = new URL("../../docs/pictures/start-order.svg", import.meta.url);

// UPDATE_DOCS=1 draws it anew
test("the picture of a start order shows the example's plan", async () => {
  const { stdout } = await berth(["plan", "examples/four-on-one.yaml", "--json"]);
  const picture = startOrderPicture(JSON.parse(stdout) as PlanDocument, "one-4090:0");
  if (process.env["UPDATE_DOCS"] === "1") {
    writeFileSync(PICTURE, picture);
  }
  expect(picture).toBe(readFileSync(PICTURE, "utf8"));
});
