import type { PlanGpu } from "@berth/core";
import {
  addCards,
  addHost,
  type Change,
  changeFleet,
  changeHost,
  changeModel,
  removeModel,
  setInventory,
} from "./fleet-edits.ts";
import { groupsOf } from "./groups-of.ts";
import { runsOf } from "./runs-of.ts";

interface AddedCards {
  readonly host: string;
  readonly gpu: string;
  readonly count: number;
}

/** What a remedy says besides keys of the model itself. */
interface RemedyChange extends Change {
  readonly others?: Readonly<Record<string, Change>>;
  readonly hosts?: Readonly<Record<string, Change>>;
  readonly addGpus?: readonly AddedCards[];
  readonly dropModels?: readonly string[];
}

/**
 * The fleet after a remedy of this model. Cards that are to be added to an inventory need a list of cards
 * instead: all of them then count as the catalogue has them, without what others hold.
 */
export function applyRemedy(
  fleet: string,
  { model, change }: { readonly model: string; readonly change: RemedyChange },
  cards: readonly PlanGpu[],
): string {
  const { others = {}, hosts = {}, addGpus = [], dropModels = [], ...own } = change;
  const dropped = dropModels.reduce(removeModel, fleet);
  const remodelled = Object.entries(others).reduce(
    (text, [name, keys]) => changeModel(text, name, settled(keys)),
    changeModel(dropped, model, settled(own)),
  );
  const changed = Object.entries(hosts).reduce(
    (text, [name, keys]) => changeHost(text, name, settled(keys)),
    remodelled,
  );
  if (addGpus.length === 0) {
    return changed;
  }
  const listed = listCards(changed, cards);
  return addGpus.reduce(
    (text, { host, gpu, count }) =>
      cards.some((card) => card.host === host)
        ? addCards(text, host, gpu, count)
        : addHost(text, { name: host, gpu, count }),
    listed,
  );
}

/** A key that is null goes away. */
function settled(change: Change): Change {
  return Object.fromEntries(
    Object.entries(change).map(([key, value]) => [key, value === null ? undefined : value]),
  );
}

/** The fleet with its cards listed by kind, where they came from an inventory until now. */
function listCards(fleet: string, cards: readonly PlanGpu[]): string {
  const listed = groupsOf(cards, ({ host }) => host).reduce(
    (text, [name, own]) => changeHost(text, name, { gpus: kindsOf(own) }),
    fleet,
  );
  return changeFleet(setInventory(listed, []), { topology: undefined });
}

function kindsOf(cards: readonly PlanGpu[]): ReturnType<typeof runsOf> {
  return runsOf([...cards].sort((a, b) => a.index - b.index).map(({ catalogId }) => catalogId));
}
