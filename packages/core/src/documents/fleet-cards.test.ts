import { expect, test } from "vitest";
import { GIB } from "../units/units.ts";
import { fleetCards } from "./fleet-cards.ts";
import { parseFleetFile } from "./fleet-file.ts";
import { planFleet } from "./plan-fleet.ts";

const EMPTY = "hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 2 }] }]\nmodels: []";

test("a fleet without models has its cards, empty", () => {
  const fleet = parseFleetFile("fleet.yaml", `policy: { reserve: 1 GiB }\n${EMPTY}`);
  const cards = fleetCards({ file: "fleet.yaml", fleet });
  expect(cards.map(({ id }) => id)).toEqual(["box:0", "box:1"]);
  for (const card of cards) {
    expect(card.plannedBytes).toBe(0);
    expect(card.reserveBytes).toBe(GIB);
    expect(card.freeBytes).toBe(card.memoryBytes - GIB);
  }
});

test("it can't be planned, in one sentence", async () => {
  const fleet = parseFleetFile("fleet.yaml", EMPTY);
  await expect(planFleet({ file: "fleet.yaml", fleet })).rejects.toThrow(
    "fleet.yaml: models: expected at least one model to plan for, got none",
  );
});
