import type { Fleet, FleetGpu } from "../../hardware/fleet.ts";
import type { PlanDeployment } from "../plan-document.ts";
import { changedAspects } from "./engine-aspects.ts";

/**
 * Running engines that a plan made from nothing has too, but for the names of equal cards: each pair says where the
 * plan's cards are to be, and is taken if no earlier one says otherwise. Those that take longest to load come first.
 */
export function samePlaces(
  fleet: Fleet,
  {
    running,
    wanted,
    loadSeconds,
  }: {
    readonly running: readonly PlanDeployment[];
    readonly wanted: readonly PlanDeployment[];
    readonly loadSeconds: (deployment: PlanDeployment) => number;
  },
): readonly PlanDeployment[] {
  const cards = new Map(fleet.gpus.map((gpu) => [gpu.id, gpu]));
  const names = new Map<string, string>();
  const left = new Set(wanted);
  const stay: PlanDeployment[] = [];
  for (const engine of [...running].sort((a, b) => loadSeconds(b) - loadSeconds(a))) {
    const twin = [...left].find(
      (deployment) =>
        deployment.model === engine.model &&
        changedAspects(engine, deployment).every((aspect) => aspect === "cards") &&
        canRename(names, cards, { from: deployment.gpus, to: engine.gpus }),
    );
    if (twin !== undefined) {
      left.delete(twin);
      twin.gpus.forEach((card, i) => {
        names.set(card, engine.gpus[i] ?? card);
      });
      stay.push(engine);
    }
  }
  return running.filter((engine) => stay.includes(engine));
}

/** Every card to one that is its equal, and never two to one. */
function canRename(
  names: ReadonlyMap<string, string>,
  cards: ReadonlyMap<string, FleetGpu>,
  { from, to }: { readonly from: readonly string[]; readonly to: readonly string[] },
): boolean {
  const taken = new Map([...names].map(([card, name]) => [name, card]));
  return from.every((card, i) => {
    const name = to[i] ?? "";
    return (
      (names.get(card) ?? name) === name &&
      (taken.get(name) ?? card) === card &&
      isEqualCard(cards.get(card), cards.get(name))
    );
  });
}

function isEqualCard(a: FleetGpu | undefined, b: FleetGpu | undefined): boolean {
  return a !== undefined && a.catalogId === b?.catalogId && roomOf(a) === roomOf(b);
}

function roomOf(gpu: FleetGpu): number {
  return gpu.memory - gpu.usedByOthers - gpu.reserve;
}
