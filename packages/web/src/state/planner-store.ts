import type { InventoryDocument, PlanDocument, PlanGpu, SolveProgress } from "@berth/core";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { CatalogAnswer, Problem } from "../worker/protocol.ts";
import type { GroupLinks } from "./group-links.ts";
import { edited, type History, redone, startHistory, undone } from "./history.ts";
import { type Parsed, parseFleet } from "./parse-fleet.ts";
import type { ServedApi } from "./served-api.ts";
import type { Trial } from "./trial.ts";
import { EMPTY_WORKSPACE, type Workspace } from "./workspace.ts";

/** What a person looks at: a card, a model, or one term of a model on a card. */
export interface Selection {
  readonly gpu?: string;
  readonly model?: string;
  /** Id of a memory term, or "kv". */
  readonly term?: string;
}

/** How far the plan of what is on the page is. */
export interface Planning {
  /** The last plan; it may be of an earlier state of the page while a new one is made. */
  readonly plan: PlanDocument | undefined;
  readonly isSolving: boolean;
  /** How a search stands that takes long. */
  readonly progress: SolveProgress | undefined;
  readonly problem: Problem | undefined;
}

export interface Cards {
  readonly gpus: readonly PlanGpu[];
  readonly warnings: readonly string[];
  readonly missing: readonly string[];
  readonly problem: Problem | undefined;
}

/** A plan that was opened from a file: shown as it is as long as nothing else is on the page. */
export interface OpenedPlan {
  /** The file's name. */
  readonly name: string;
  readonly plan: PlanDocument;
  /** Its fleet. */
  readonly workspace: Workspace;
  /** No fleet file came with it: this one is made of the plan. */
  readonly isFleetMade: boolean;
}

export interface PlannerState {
  readonly history: History;
  /** The fleet file of `history.present`, read; the last that could be read, where that one can't be. */
  readonly parsed: Parsed;
  readonly cards: Cards;
  readonly planning: Planning;
  readonly catalog: CatalogAnswer | undefined;
  readonly selection: Selection;
  /** How the cards of each group of the plan are linked; undefined until that is known. */
  readonly links: GroupLinks | undefined;
  /** A plan that a person keeps to compare others with. */
  readonly kept: PlanDocument | undefined;
  /** A copy of the fleet with other cards, tried out. */
  readonly trial: Trial | undefined;
  /** What the machines have, where `berth serve` looks. */
  readonly live: InventoryDocument | undefined;
  /** `berth serve`, where it is behind the page. */
  readonly served: ServedApi | undefined;
  /** Why the link that the page was opened with could not be read. */
  readonly linkProblem: Problem | undefined;
  /** What was wrong with files that were brought, a sentence each. */
  readonly bringProblems: readonly string[];
  readonly opened: OpenedPlan | undefined;
  /** Something is dragged, which cards and hosts may take. */
  readonly isDragging: boolean;
  /** The files of a newer version of the page are there. */
  readonly isOutdated: boolean;
  /** One step that can be taken back. */
  readonly edit: (change: (workspace: Workspace) => Workspace) => void;
  /** With `goesOnWith`, the same step as the edit that made it. */
  readonly editFleet: (change: (fleet: string) => string, goesOnWith?: Workspace) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly select: (selection: Selection) => void;
}

export type PlannerStore = StoreApi<PlannerState>;

export const NO_CARDS: Cards = { gpus: [], warnings: [], missing: [], problem: undefined };

const NOT_PLANNED: Planning = {
  plan: undefined,
  isSolving: false,
  progress: undefined,
  problem: undefined,
};

/** The page's state. What follows from the workspace (cards, plan) is kept up by `keepPlanned`. */
export function createPlannerStore(start: Workspace = EMPTY_WORKSPACE): PlannerStore {
  return createStore<PlannerState>()((set) => {
    const go = (move: (history: History) => History) =>
      set((state) => {
        const history = move(state.history);
        return history === state.history
          ? state
          : { history, parsed: parseFleet(history.present.fleet, state.parsed) };
      });
    return {
      history: startHistory(start),
      parsed: parseFleet(start.fleet),
      cards: NO_CARDS,
      planning: NOT_PLANNED,
      catalog: undefined,
      selection: {},
      links: undefined,
      kept: undefined,
      trial: undefined,
      live: undefined,
      served: undefined,
      linkProblem: undefined,
      bringProblems: [],
      opened: undefined,
      isDragging: false,
      isOutdated: false,
      edit: (change) => go((history) => edited(history, change(history.present))),
      editFleet: (change, goesOnWith) =>
        go((history) => {
          const next = { ...history.present, fleet: change(history.present.fleet) };
          return edited(history, next, goesOnWith);
        }),
      undo: () => go(undone),
      redo: () => go(redone),
      select: (selection) => set({ selection }),
    };
  });
}
