import type { PlanDocument, PlanGpu } from "../../documents/plan-document.ts";
import type { InventoryProcess } from "../../inventory/inventory-document.ts";
import { MIB } from "../../units/units.ts";
import { atRest } from "../at-rest.ts";
import type { FoundCard } from "../match-cards.ts";
import { kindOfEngine, processKind } from "../process-kind.ts";

/** What processes that the plan does not start hold on a card now. */
export interface OthersNow {
  readonly bytes: number;
  /** "4711 Xorg (120 MiB)", those that hold most first. */
  readonly processes: readonly string[];
}

/** Named in a sentence; more are as many more. */
const MOST_NAMED = 3;

/**
 * All that is used on the card, less what the plan's own engines hold if they run: processes that look like them, and
 * no more of them than is planned. Undefined where nvidia-smi does not say.
 */
export function othersNow(
  plan: PlanDocument,
  gpu: PlanGpu,
  { gpu: card }: FoundCard,
): OthersNow | undefined {
  const { memoryUsedMiB, processes = [] } = card;
  const tenants = plan.deployments.filter(({ gpus }) => gpus.includes(gpu.id));
  const kinds = new Set<string>(tenants.map(({ engine }) => kindOfEngine(engine.id)));
  const isOwn = ({ name }: InventoryProcess): boolean => {
    const kind = processKind(name);
    return kinds.has(kind) || (kind === "python" && kinds.size > 0);
  };
  const own = processes.filter(isOwn);
  const isUnknown = own.some(({ usedMiB }) => usedMiB === undefined);
  if (memoryUsedMiB === undefined || isUnknown) {
    return;
  }
  const planned = tenants
    .flatMap((one) =>
      one.ranks.filter((rank) => rank.gpu === gpu.id).map((rank) => atRest(one, rank)),
    )
    .reduce((sum, { high }) => sum + high, 0);
  const held = own.reduce((sum, { usedMiB = 0 }) => sum + usedMiB, 0) * MIB;
  const strangers = processes
    .filter((process) => !isOwn(process) || held > planned)
    .sort((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0));
  return {
    bytes: Math.round(Math.max(0, memoryUsedMiB * MIB - Math.min(held, planned))),
    processes: strangers
      .slice(0, MOST_NAMED)
      .map(
        ({ pid, name = "?", usedMiB }) =>
          `${pid} ${name}${usedMiB === undefined ? "" : ` (${usedMiB} MiB)`}`,
      ),
  };
}
