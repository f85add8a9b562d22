import { InputError, type InventoryDocument } from "@berth/core";
import { readInventory } from "../io/inventory-sources.ts";
import type { Terminal } from "../io/terminal.ts";
import { ToolError } from "../tool-error.ts";
import type { Finding } from "./finding.ts";

const WITHOUT =
  "plans are made from files and from other machines; berth launch, verify and watch need it here";

/** What nvidia-smi of this machine says. */
export async function lookForCards(terminal: Terminal): Promise<readonly Finding[]> {
  try {
    const sources = ["local"];
    const request = { sources, topology: undefined, folder: terminal.cwd, withLinks: false };
    return findingsOf(await readInventory(request, { ...terminal, remark: () => undefined }));
  } catch (error) {
    if (error instanceof ToolError && /there is no nvidia-smi/.test(error.message)) {
      return [{ id: "nvidia-smi", state: "missing", found: "", means: WITHOUT }];
    }
    if (error instanceof ToolError || error instanceof InputError) {
      return [{ id: "nvidia-smi", state: "problem", found: error.message, means: WITHOUT }];
    }
    throw error;
  }
}

function findingsOf({ hosts, warnings }: InventoryDocument): readonly Finding[] {
  const gpus = hosts.flatMap((host) => host.gpus);
  const [host] = hosts;
  const unknown = gpus.filter(({ catalogId }) => catalogId === undefined);
  const driver = host?.driverVersion === undefined ? "" : `driver ${host.driverVersion}, `;
  return [
    {
      id: "nvidia-smi",
      state: "there",
      found: `${driver}${gpus.length} ${gpus.length === 1 ? "card" : "cards"}`,
      means: "berth plan --inventory local plans for these cards",
    },
    ...unknown.map(({ index, name }) => ({
      id: `card ${index}`,
      state: "problem" as const,
      found: name ?? "",
      means: "the catalogue does not know this card; berth catalog gpus lists those that it knows",
    })),
    ...warnings.map((warning) => ({
      id: "nvidia-smi",
      state: "problem" as const,
      found: warning,
      means: "plans are made all the same, with this in mind",
    })),
  ];
}
