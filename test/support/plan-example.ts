import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { inventoryFromTexts, type PlanDocument, parseFleetFile, planFleet } from "@berth/core";

const examples = new URL("../../examples/", import.meta.url);

/** The plan of an example, from its own inventory. */
export function planExample(name: string): Promise<PlanDocument> {
  const fleet = parseFleetFile(name, readFileSync(new URL(name, examples), "utf8"));
  if (fleet.inventory === undefined) {
    return planFleet({ file: name, fleet });
  }
  const source = String(fleet.inventory);
  const text = readFileSync(fileURLToPath(new URL(source, examples)), "utf8");
  return planFleet({
    file: name,
    fleet,
    inventory: inventoryFromTexts([{ name: basename(source), text }]),
  });
}
