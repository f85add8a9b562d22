/** What may be lost while a model still answers: any one card, or any one host with all its cards. */
export type Loss = "gpu" | "host";

/** The wish of a model to outlive a loss. */
export interface Survival {
  readonly loss: Loss;
  /** Replicas that each host has cards for, of the cards that the model may use; none of a host without room for any. */
  readonly rooms: readonly number[];
  /** Those that are left carry a rate, so that as many are left as can be. */
  readonly carriesRate?: true;
}

interface Replicated {
  /** Sequences that must be held after a loss, and without one. */
  readonly least: number;
  readonly replicas: number;
  readonly survives?: Survival;
}

/**
 * Replicas that one loss takes at most; 0 for a model that need not outlive any. Replicas of one model never share a
 * card, so that a card takes one. Of a host it is the least that any spread over the hosts can do with.
 */
export function mostLost({ replicas, survives }: Omit<Replicated, "least">): number {
  if (survives === undefined) {
    return 0;
  }
  if (survives.loss === "gpu") {
    return 1;
  }
  const counts = Array.from({ length: replicas }, (_, i) => i + 1);
  const room = (each: number): number =>
    survives.rooms.reduce((sum, most) => sum + Math.min(each, most), 0);
  return counts.find((each) => room(each) >= replicas) ?? replicas;
}

/** Sequences that each replica must hold so that those left after a loss hold the least; Infinity where none is left. */
export function leastEach(model: Replicated): number {
  const left = model.replicas - mostLost(model);
  return left > 0 ? Math.ceil(model.least / left) : Number.POSITIVE_INFINITY;
}

/** Sequences that all replicas hold together at the least; Infinity where none is left after a loss. */
export function leastTogether(model: Replicated): number {
  return model.survives === undefined ? model.least : leastEach(model) * model.replicas;
}

/** Most replicas that one host has where they are spread as evenly as can be, for a model that is to outlive a host. */
export function hostShare(model: Omit<Replicated, "least">): { readonly mostOnHost?: number } {
  return model.survives?.loss === "host" ? { mostOnHost: mostLost(model) } : {};
}

/** Most replicas of a demand that one host may have; undefined where that is not limited. */
export function mostOnHost(demand: {
  readonly isSpread?: boolean;
  readonly mostOnHost?: number;
}): number | undefined {
  return demand.isSpread === true ? 1 : demand.mostOnHost;
}
