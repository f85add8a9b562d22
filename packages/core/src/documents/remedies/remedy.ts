import type { FleetGpu, FleetHost } from "../../hardware/fleet.ts";
import type { PlacedFleet } from "../../placement/place-fleet.ts";
import type { PlannedModel } from "../../placement/planned-model.ts";
import type { Verdict } from "../../placement/quick-xplain.ts";
import type { Solved } from "../solved.ts";

/** A fleet that was solved, and the model in it that was not placed. */
export interface Refused extends Solved {
  readonly model: PlannedModel;
  /** The model without a place, where `model` is another one that is looked at for it. */
  readonly beside?: PlannedModel;
}

/** One thing to change, and the fleet and models after it. */
export interface Attempt {
  /**
   * Keys of the model in the fleet file; null takes a key away. `others` (keys of other models by their names), `hosts`
   * (keys of hosts by their names), `addGpus` (cards in their hosts) and `dropModels` (names) say what else changes.
   */
  readonly change: Readonly<Record<string, unknown>>;
  /** In a sentence; `name` where it is about another model than the one without a place. */
  readonly say: (placed: PlacedFleet, name?: string) => string;
  /** What becomes of the model. */
  readonly model?: (own: PlannedModel) => PlannedModel;
  /** What becomes of the other models. */
  readonly others?: (other: PlannedModel) => PlannedModel;
  readonly cards?: readonly FleetGpu[];
  /** What becomes of the hosts' limits. */
  readonly hosts?: (host: FleetHost) => FleetHost;
  /** Stands for this one, which asks for more than it needs: what the plan with it came to. */
  readonly settle?: (placed: PlacedFleet) => Attempt | undefined;
  /** Names of models that are left out. */
  readonly drops?: readonly string[];
  /** The other model that is asked for less, where nothing else changes. */
  readonly eases?: string;
  /** The others stay as they are: there is room beside them, or it does not work. */
  readonly isBeside?: boolean;
  /** One that asks for no more: where it does not work, neither does this. It is tried once for all that name it. */
  readonly looser?: Attempt;
}

/** What a change is about; families of one kind replace each other. */
export type RemedyKind =
  | "steps"
  | "sequences"
  | "length"
  | "replicas"
  | "more-replicas"
  | "survive"
  | "pin"
  | "labels"
  | "not-with"
  | "spread"
  | "across-hosts"
  | "exclusive"
  | "kv-dtype"
  | "precision"
  | "layout"
  | "cards"
  | "larger-cards"
  | "model-size"
  | "move"
  | "other-sequences"
  | "other-length"
  | "other-kv-dtype"
  | "other-replicas"
  | "other-precision"
  | "combined"
  | "combined-limits"
  | "host-limits"
  | "drop";

/** Something that was asked for, by the kind of its requirement: by a model, or by the fleet file for every card. */
export interface Wish {
  readonly kind: string;
  readonly model: string | undefined;
}

/** What is known while one kind of change is looked at. */
export interface Looking {
  /** The kinds that already have a remedy. */
  readonly found: ReadonlySet<RemedyKind>;
  readonly glance: (attempt: Attempt) => Verdict;
  /** Whether there is room beside the others as they are: quick, and no proof where there is not. */
  readonly hasRoom: (attempt: Attempt) => boolean;
  /** Whether the model may have a place beside the others when all that is given up is given up as far as that goes. */
  readonly judge: (isGivenUp: (wish: Wish) => boolean) => Verdict;
  /** Whether this model may be in the way of the one without a place. */
  readonly isInTheWay: (name: string) => boolean;
}

/** What is tried of a kind of change. */
export type Means = Family | Dial | Waiver;

/** A kind of change, to what the model itself asks for where nothing else is said. */
export interface Kind {
  readonly kind: RemedyKind;
  /** Of these the first that works is enough. */
  readonly means: readonly Means[];
  /** Whose settings change instead: those of others of no higher priority, or of any others. */
  readonly of?: "lower others" | "others";
  /** It can't be a part of several changes: no wish says what it gives up. */
  readonly isOnlyAlone?: boolean;
  /** Looked for until there are so many remedies of any kind; where absent, for one of its own. */
  readonly upTo?: number;
}

/** Changes one after another, from small to large. */
export interface Family {
  attempts(refused: Refused, looking: Looking): Iterable<Attempt>;
}

/** A number that may be lowered: the largest value that works is looked for. */
export interface Dial {
  /** What may be tried, ascending, all below what is asked for. */
  readonly values: (refused: Refused) => readonly number[];
  readonly attempt: (refused: Refused, value: number) => Attempt;
}

/** Something that may be given up for each of several others: as few of them as will do are looked for. */
export interface Waiver {
  /** Whom it may be given up for. */
  readonly names: (refused: Refused) => readonly string[];
  readonly attempt: (refused: Refused, names: readonly string[]) => Attempt;
}

/** A change that was solved again and works. */
export interface Remedy {
  readonly kind: RemedyKind;
  readonly text: string;
  readonly change: Readonly<Record<string, unknown>>;
}

/** How the model is laid out after the change, for the remedy's sentence. */
export function layoutText(model: PlannedModel, placed: PlacedFleet): string {
  const replica = placed.replicas.find((each) => each.model.name === model.name);
  const { tp = 1, pp = 1 } = replica?.candidate.parallelism ?? {};
  return `tensor parallel ${tp}, pipeline parallel ${pp}`;
}

/** Layouts to fall back on: every tensor parallel size up to 8, pipelines up to 8 stages. */
export const ANY_TP: readonly number[] = [1, 2, 4, 8];
export const ANY_PP: readonly number[] = [1, 2, 3, 4, 6, 8];
