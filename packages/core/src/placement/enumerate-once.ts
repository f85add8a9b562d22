import type { FleetLink } from "../hardware/fleet.ts";
import { type Enumeration, enumerate, type Place } from "./enumerate.ts";
import type { PlannedModel } from "./planned-model.ts";

/** Where models are enumerated, and the links that its answers depend on. */
export interface LinkedPlace extends Place {
  readonly links: readonly FleetLink[];
}

/**
 * As `enumerate`, but once for each model and the cards that are open to it: the same fleet is solved again and again
 * with one model changed. Models are told apart as objects and their answers live as long as they do.
 */
export function enumerateOnce(model: PlannedModel, place: LinkedPlace): Enumeration {
  const answers = known.get(model) ?? new Map<string, Enumeration>();
  known.set(model, answers);
  const key = placeKey(model, place);
  const answer = answers.get(key) ?? enumerate(model, place);
  answers.set(key, answer);
  return answer;
}

const known = new WeakMap<PlannedModel, Map<string, Enumeration>>();

/** Everything about the open cards that options depend on. */
function placeKey({ name }: PlannedModel, { classes, links, peersOf }: LinkedPlace): string {
  const open = classes.filter(({ openTo }) => openTo.has(name));
  const cards = open.map(({ id, host, capacity, gpus, computeCapability, limits }) => {
    const kinds = new Set(gpus.map(({ catalogId, memory }) => `${catalogId} ${memory}`));
    return [id, host, capacity, gpus.length, computeCapability, limits, ...kinds];
  });
  return JSON.stringify([
    cards,
    links.length === 0 ? [] : open.map((one) => [peersOf([one]), one.gpus.map(({ id }) => id)]),
    links,
  ]);
}
