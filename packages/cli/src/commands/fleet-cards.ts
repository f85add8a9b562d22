import { type FleetFile, InputError, type InventoryDocument, listsCards } from "@berth/core";

/** What the machines have where the fleet file lists its cards. */
export const NO_HOSTS: InventoryDocument = {
  schema: "berth/inventory@1",
  hosts: [],
  warnings: [],
};

/** The fleet file without what it says of its cards: what these sources say stands for it. */
export function withSources(fleet: FleetFile, sources: readonly string[]): FleetFile {
  const { hosts, inventory: _, topology: __, ...rest } = fleet;
  return { ...rest, ...(listsCards(fleet) ? {} : { hosts }), inventory: sources };
}

/** The inventory sources that a fleet file names. Throws an InputError where it names none, and no card either. */
export function ownSources(file: string, fleet: FleetFile): readonly string[] {
  const sources = [fleet.inventory ?? []].flat();
  if (sources.length === 0 && !listsCards(fleet)) {
    throw new InputError(
      { file },
      "expected inventory or hosts in it, or --inventory SOURCE beside it",
    );
  }
  return sources;
}
