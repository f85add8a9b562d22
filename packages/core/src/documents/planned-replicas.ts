import type { Fleet, FleetGpu } from "../hardware/fleet.ts";
import { mayUse } from "../placement/card-classes.ts";
import type { PlannedModel } from "../placement/planned-model.ts";
import { type Loss, leastEach, mostLost } from "../placement/survive.ts";
import type { FleetFile, FleetModel } from "./fleet-file-types.ts";

/** Copies of a model: as many as its file says, or as few as can outlive what it is to outlive. */
export function replicasOf(fleet: Pick<FleetFile, "policy">, model: FleetModel): number {
  return model.replicas ?? (lossOf(fleet, model) === undefined ? 1 : 2);
}

/** What the model is to outlive; its own word goes before the policy. */
export function lossOf({ policy }: Pick<FleetFile, "policy">, model: FleetModel): Loss | undefined {
  const loss = model.survive ?? policy?.survive ?? "none";
  return loss === "none" ? undefined : loss;
}

/** Cards that the model names, and labels that its cards must have. */
export function pinsOf({ gpus, labels }: FleetModel): Pick<PlannedModel, "gpus" | "labels"> {
  return {
    ...(gpus === undefined ? {} : { gpus: [gpus].flat() }),
    ...(labels === undefined ? {} : { labels: [labels].flat() }),
  };
}

/** A model's copies, what they are to outlive, and the sequences that each of them is to hold. */
export function copiesOf(
  { fleet, model }: { readonly fleet: FleetFile; readonly model: FleetModel },
  cards: Fleet,
  { least, wanted }: Pick<PlannedModel, "least" | "wanted">,
): { readonly own: Pick<PlannedModel, "replicas" | "survives">; readonly each: number } {
  const replicas = replicasOf(fleet, model);
  const loss = lossOf(fleet, model);
  const share = Math.ceil(wanted / replicas);
  if (loss === undefined) {
    return { own: { replicas }, each: share };
  }
  const rooms = roomsFor(model, cards);
  const survives = { loss, rooms, ...(isRated(model) ? { carriesRate: true as const } : {}) };
  const own = { replicas, survives };
  const enough = leastEach({ ...own, least });
  if (!Number.isFinite(enough)) {
    return { own, each: share };
  }
  // the last one on another host may have to hold all
  const mayBeAlone = loss === "host" && !isRated(model);
  return { own, each: Math.max(share, mayBeAlone ? least : enough) };
}

function isRated({ workload }: FleetModel): boolean {
  return workload?.rate !== undefined || workload?.trace !== undefined;
}

/** Replicas that each host has cards for, of those that the model may use; a host without room for any is none. */
function roomsFor(model: FleetModel, { gpus }: Fleet): readonly number[] {
  const own = gpus.filter((gpu) => mayUse(pinsOf(model), gpu));
  return roomsOn(own, leastCards(model));
}

/** Replicas that each host of these cards has room for, where each takes so many; a host without room for any is none. */
function roomsOn(cards: readonly FleetGpu[], each: number): readonly number[] {
  const hosts = [...new Set(cards.map(({ host }) => host))];
  return hosts
    .map((host) => Math.floor(cards.filter((gpu) => gpu.host === host).length / each))
    .filter((room) => room > 0);
}

/** The model where the fleet has got cards: what a loss takes of it depends on the hosts that have room for it. */
export function withRoomsOf(model: PlannedModel, { gpus }: Fleet): PlannedModel {
  const { survives, tp, pp, maySpanHosts } = model;
  if (survives === undefined) {
    return model;
  }
  const each = Math.min(...tp) * (maySpanHosts === true ? 1 : Math.min(...pp));
  const own = gpus.filter((gpu) => mayUse(model, gpu));
  const changed = { ...model, survives: { ...survives, rooms: roomsOn(own, each) } };
  return mostLost(changed) === mostLost(model) ? model : changed;
}

/** Cards that a replica takes of a host at the least, as far as the model's file says. */
function leastCards({ tp = 1, pp = 1, acrossHosts }: FleetModel): number {
  const fewest = (values: number | readonly number[]): number => Math.min(...[values].flat());
  return fewest(tp) * (acrossHosts === true ? 1 : fewest(pp));
}
