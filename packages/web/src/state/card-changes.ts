import type { InventoryDocument } from "@berth/core";
import { type CardChange, placeOf } from "./card-change.ts";
import { addCards, changeHost, removeHost, setCards } from "./fleet-edits.ts";
import { changedInventory, withInventoryDocument } from "./inventory-changes.ts";
import { parseFleet } from "./parse-fleet.ts";
import { type Renumbering, renumberCards } from "./renumber-cards.ts";
import { runsOf } from "./runs-of.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The workspace with its cards changed. Where an inventory says which cards there are, it becomes a document of its
 * own, so that nothing is lost of what nvidia-smi said of the others; `inventory` is that inventory, and undefined
 * where the fleet file lists its cards. Pins and settings follow their cards, and go with a card that is lost.
 */
export function withCardChange(
  workspace: Workspace,
  change: CardChange,
  inventory: InventoryDocument | undefined,
): Workspace {
  if (inventory === undefined) {
    return { ...workspace, fleet: changeListed(workspace.fleet, change) };
  }
  const changed = withInventoryDocument(workspace, changedInventory(inventory, change));
  const host = change.kind === "lose" ? placeOf(change.card).host : undefined;
  const isGone = host !== undefined && countOn(inventory, host) === 1;
  return { ...changed, fleet: settle(changed.fleet, change, isGone) };
}

function countOn({ hosts }: InventoryDocument, name: string): number {
  return hosts.find((host) => host.name === name)?.gpus.length ?? 0;
}

/** Cards of an inventory keep their numbers when one is lost. */
function settle(fleet: string, change: CardChange, isGone: boolean): string {
  if (change.kind !== "lose") {
    return fleet;
  }
  const { host, index } = placeOf(change.card);
  const settled = renumberCards(fleet, host, (old) => (old === index ? undefined : old));
  return isGone ? removeHost(settled, host) : settled;
}

function changeListed(fleet: string, change: CardChange): string {
  const { host, index } = change.kind === "add" ? { ...change, index: 0 } : placeOf(change.card);
  const written = parseFleet(fleet).fleet.hosts?.find(({ name }) => name === host);
  const kinds = written?.gpus ?? [];
  const cards = kinds.flatMap(({ gpu, count = 1 }) => Array.from({ length: count }, () => gpu));
  switch (change.kind) {
    case "add": {
      const last = kinds.at(-1);
      return last?.gpu === change.gpu
        ? setCards(fleet, { host, place: kinds.length - 1 }, { count: (last.count ?? 1) + 1 })
        : addCards(fleet, host, change.gpu, 1);
    }
    case "swap":
      return changeHost(fleet, host, { gpus: runsOf(cards.with(index, change.gpu)) });
    case "lose":
      return cards.length <= 1
        ? removeHost(
            renumberCards(fleet, host, () => undefined),
            host,
          )
        : loseListed(fleet, { host, index, cards });
    default:
      return change satisfies never;
  }
}

/** Equal cards that nobody speaks of by number are one as good as another: the last of them goes. */
function loseListed(
  fleet: string,
  {
    host,
    index,
    cards,
  }: { readonly host: string; readonly index: number; readonly cards: readonly string[] },
): string {
  const lost = isNumbered(fleet, host) ? index : lastOfRun(cards, index);
  const renumber: Renumbering = (old) => {
    if (old === lost) {
      return undefined;
    }
    return old > lost ? old - 1 : old;
  };
  const left = cards.filter((_, place) => place !== lost);
  return renumberCards(changeHost(fleet, host, { gpus: runsOf(left) }), host, renumber);
}

function lastOfRun(cards: readonly string[], from: number): number {
  let last = from;
  while (cards[last + 1] === cards[from]) {
    last += 1;
  }
  return last;
}

/** Whether a pin or a setting names a card of the host by its number. */
function isNumbered(fleet: string, name: string): boolean {
  const { hosts = [], models } = parseFleet(fleet).fleet;
  const isPinned = models.some(({ gpus = [] }) =>
    [gpus].flat().some((pin) => pin.startsWith(`${name}:`)),
  );
  return isPinned || hosts.some((host) => host.name === name && host.cards !== undefined);
}
