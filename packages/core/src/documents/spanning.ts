import type { EngineRules } from "../engine/rules.ts";
import type { Fleet } from "../hardware/fleet.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { InputError } from "../report/errors.ts";
import type { FleetFile, FleetModel } from "./fleet-file-types.ts";

/** Largest fleet, and most replicas on it, that are searched for ways over several hosts. */
const MOST_CARDS = 64;
const MOST_REPLICAS = 40;
const MOST_OF_ONE = 4;

/** Says so where the model asks for several hosts. Throws an InputError where its engine or the planner can't do that. */
export function spanning(
  entry: {
    readonly file: string;
    readonly key: string;
    readonly fleet: FleetFile;
    readonly model: FleetModel;
  },
  { id, spansHosts }: EngineRules,
  cards: Fleet,
): Pick<PlannedModel, "maySpanHosts"> {
  const { file, key, fleet, model } = entry;
  if (model.acrossHosts !== true) {
    return {};
  }
  const place = { file, key: `${key}.acrossHosts` };
  if (!spansHosts) {
    throw new InputError(place, `expected false for ${id}, which is planned on one host, got true`);
  }
  const replicas = fleet.models.map((one) => one.replicas ?? 1);
  if (!isSearchedForHosts(cards, replicas)) {
    throw new InputError(
      place,
      `expected false on fleets of more than ${MOST_CARDS} cards, ${MOST_REPLICAS} replicas or ${MOST_OF_ONE} of one model, got true`,
    );
  }
  return { maySpanHosts: true };
}

/** Whether ways over several hosts are looked for on this fleet, with so many replicas of each model. */
export function isSearchedForHosts({ gpus }: Fleet, replicas: readonly number[]): boolean {
  const all = replicas.reduce((sum, count) => sum + count, 0);
  return (
    gpus.length <= MOST_CARDS && all <= MOST_REPLICAS && Math.max(0, ...replicas) <= MOST_OF_ONE
  );
}
