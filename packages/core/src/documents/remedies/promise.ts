import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Conflict } from "../conflict.ts";
import type { Ask } from "../relaxed-fleet.ts";
import type { Attempt, Looking, RemedyKind, Wish } from "./remedy.ts";

/** What a kind of change gives up, by the kinds of requirements: of the model, or of any model and the fleet. */
type GivesUp =
  | { readonly of: "model" | "anyone"; readonly kinds: readonly string[] }
  /** Something that no wish says: it may always help. */
  | { readonly of: "everything" };

const GIVES_UP: Readonly<Record<RemedyKind, GivesUp>> = {
  steps: { of: "model", kinds: ["maxNumTokens"] },
  sequences: { of: "model", kinds: ["concurrency"] },
  length: { of: "model", kinds: ["maxSeqLen", "maxNumTokens"] },
  replicas: { of: "model", kinds: ["replicas"] },
  "more-replicas": { of: "model", kinds: ["survive"] },
  survive: { of: "model", kinds: ["survive"] },
  pin: { of: "model", kinds: ["gpus"] },
  labels: { of: "model", kinds: ["labels"] },
  "not-with": { of: "anyone", kinds: ["notWith"] },
  spread: { of: "model", kinds: ["spread"] },
  exclusive: { of: "anyone", kinds: ["exclusive", "sharing"] },
  "kv-dtype": { of: "model", kinds: ["kvCacheDtype"] },
  precision: { of: "model", kinds: ["quantization"] },
  layout: { of: "model", kinds: ["layout"] },
  move: { of: "anyone", kinds: ["gpus"] },
  "other-sequences": { of: "anyone", kinds: ["concurrency"] },
  "other-length": { of: "anyone", kinds: ["maxSeqLen", "maxNumTokens"] },
  "other-replicas": { of: "anyone", kinds: ["replicas"] },
  "other-kv-dtype": { of: "anyone", kinds: ["kvCacheDtype"] },
  "other-precision": { of: "anyone", kinds: ["quantization"] },
  "across-hosts": { of: "everything" },
  cards: { of: "everything" },
  "larger-cards": { of: "everything" },
  "model-size": { of: "everything" },
  drop: { of: "everything" },
  combined: { of: "everything" },
  "combined-limits": { of: "everything" },
  "host-limits": { of: "anyone", kinds: ["powerBudgetW", "hostMemory", "disk"] },
};

/** Whether such a change gives up a member of the conflict: what keeps all of them can't work. */
export function mayHelp(
  kind: RemedyKind,
  model: PlannedModel,
  conflict: Conflict | undefined,
): boolean {
  const gives = GIVES_UP[kind];
  if (conflict === undefined || gives.of === "everything") {
    return true;
  }
  return wishesIn(conflict.asks).some((wish) => givesUp(kind, model.name, wish));
}

/** Whether such a change for this model gives up that wish. */
export function givesUp(kind: RemedyKind, name: string, wish: Wish): boolean {
  const gives = GIVES_UP[kind];
  return (
    gives.of !== "everything" &&
    gives.kinds.includes(wish.kind) &&
    (gives.of === "anyone" || wish.model === name)
  );
}

/** All but the wishes to be placed at all. */
export function wishesIn(asks: readonly Ask[]): readonly Wish[] {
  return asks.flatMap(({ requirement, ...ask }) =>
    requirement === undefined
      ? []
      : [{ kind: requirement.kind, model: ask.of === "model" ? ask.model.name : undefined }],
  );
}

/** The models in the conflict; undefined where none is known. */
export function namesIn(conflict: Conflict | undefined): ReadonlySet<string> | undefined {
  return (
    conflict &&
    new Set(conflict.asks.flatMap((ask) => (ask.of === "model" ? [ask.model.name] : [])))
  );
}

/** The attempts less those that leave out, or ask less of, only models that are not in the way. */
export function* takeHopeful(
  attempts: Iterable<Attempt>,
  isInTheWay: Looking["isInTheWay"],
): Iterable<Attempt> {
  for (const attempt of attempts) {
    const { drops, eases } = attempt;
    const only = drops ?? (eases === undefined ? undefined : [eases]);
    if (only === undefined || only.some(isInTheWay)) {
      yield attempt;
    }
  }
}
