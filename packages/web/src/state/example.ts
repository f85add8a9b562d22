import inventory from "../../../../examples/inventory/twelve-cards.xml?raw";
import fleet from "../../../../examples/mixed-fleet.yaml?raw";
import type { Workspace } from "./workspace.ts";

/** The example that the README plans too: six models on twelve cards of two kinds. */
export const EXAMPLE: Workspace = {
  fleet,
  files: [{ name: "inventory/twelve-cards.xml", text: inventory }],
};
