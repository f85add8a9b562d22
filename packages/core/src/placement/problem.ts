import type { Bytes } from "../units/units.ts";
import type { Loss } from "./survive.ts";
import type { Work } from "./work.ts";

/**
 * Who goes where, as a packing problem: it knows no engine and no formula. Every option states what
 * one replica costs on each rank, so that all memory laws stay in `memory/`.
 */
export interface PlacementProblem {
  readonly cards: readonly Card[];
  readonly demands: readonly Demand[];
  /** What some hosts have in all; the others have no limit. */
  readonly hosts?: readonly HostLimit[];
}

export interface HostLimit {
  readonly host: string;
  /** What the cards in use may draw together; a whole number. */
  readonly watts?: number;
  /** Room for the files of all options that run there, each counted once. */
  readonly disk?: Bytes;
}

export interface Card {
  /** "box1:0". */
  readonly id: string;
  readonly host: string;
  /**
   * Cards of one class are interchangeable: same GPU model, same capacity, same host or one that is equal
   * to it. Where a class is on several hosts, a replica has all its cards on one of them.
   */
  readonly cardClass: string;
  /** What the planned engines may hold together: what CUDA sees, less others and reserve. */
  readonly capacity: Bytes;
  /** What it may draw when it is in use; a whole number, equal on all cards of one class and host. */
  readonly watts?: number;
  /** What it costs in use, which is settled before how many are in use; a whole number, equal on all cards of one class. */
  readonly price?: number;
}

export interface Demand {
  /** Name in the fleet file; unique. */
  readonly model: string;
  /** Higher is placed first. */
  readonly priority: number;
  /** Copies that share the sequences evenly; two of one model never share a card. */
  readonly replicas: number;
  /** Concurrent sequences, all replicas together, without which the model is not placed. */
  readonly least: number;
  /** Concurrent sequences that would be enough; at least `least`. */
  readonly wanted: number;
  /** No other model on its cards. */
  readonly isExclusive: boolean;
  /** Models that it may not share a card with. */
  readonly avoids: readonly string[];
  /** No two of its replicas are on one host. */
  readonly isSpread?: boolean;
  /** Most of its replicas that one host may have. */
  readonly mostOnHost?: number;
  /**
   * Whatever is lost, the other replicas hold so many sequences. `least` and `mostOnHost` see to that for the most even
   * spread over the hosts; with more replicas on one, as may be where it carries no rate, each holds more.
   */
  readonly survives?: {
    readonly loss: Loss;
    readonly least: number;
    readonly carriesRate?: true;
  };
  /** Ways to run one replica; none means that it can't be placed. */
  readonly options: readonly Option[];
}

/** One way to run one replica: a precision, a parallel layout and the cards it goes on, by class. */
export interface Option {
  /** Unique within its demand. */
  readonly id: string;
  /** Steps below what is liked best, over the user's lists of precisions and settings: 0 is liked best. */
  readonly preference: number;
  /** Weak links that its ranks cross at least, each as often as it counts; none where absent. */
  readonly links?: number;
  /** GPU models that its ranks are on beyond one; none where absent. */
  readonly mixing?: number;
  /** Pipeline stages in order; one without pipeline parallelism. */
  readonly stages: readonly Stage[];
  /** Most sequences that one replica may run at once (max_batch_size). */
  readonly mostSequences: number;
  /** What its engine reads from its host's disk; one id is one set of files. */
  readonly files?: { readonly id: string; readonly size: Bytes };
}

/** The ranks of one pipeline stage: `ranks` distinct cards of one class. */
export interface Stage {
  readonly cardClass: string;
  readonly ranks: number;
  /** What each rank holds whatever it serves. */
  readonly fixed: Bytes;
  /** What each concurrent sequence adds on each rank. */
  readonly perSequence: Bytes;
}

/** One replica on its cards. */
export interface Assignment {
  readonly model: string;
  readonly replica: number;
  readonly option: string;
  /** One card a rank, stage by stage. */
  readonly cards: readonly string[];
  readonly sequences: number;
}

/** What a solver found. Every model of the problem is either assigned as often as it wants replicas, or unplaced. */
export interface Solution {
  readonly assignments: readonly Assignment[];
  readonly unplaced: readonly string[];
  /** "optimal" only with a proof within the options given; "feasible" is an answer without one. */
  readonly status: "optimal" | "feasible";
  /** Stages of the lexicographic objective in order, each with what was reached and a bound on what can be. */
  readonly objective: readonly ObjectiveStage[];
  /** States that the exact search looked at. */
  readonly nodes: number;
}

export interface ObjectiveStage {
  readonly id:
    | "placed"
    | "share"
    | "sequences"
    | "precision"
    | "cards"
    | "links"
    | "mixing"
    | "rates"
    | "throughput"
    | "targets"
    | "cost";
  readonly value: number;
  readonly bound: number;
}

/** Limits of a search, and who is told how it goes. */
export interface SolveOptions {
  /** States the exact search may look at before it settles for what it has. Never seconds: the same input gives the same plan. */
  readonly nodeLimit: number;
  /** Counts and limits what listing ways and setting up searches takes besides; nothing is proven once it is over. No limit unless given. */
  readonly work?: Work;
  /** Stops the search early; the best answer so far is returned as feasible. */
  readonly signal?: { readonly aborted: boolean };
  /** Decides what is tried first where chance decides; 1 unless given. */
  readonly seed?: number;
  /** Called now and then with what is known so far. */
  readonly onProgress?: (progress: SolveProgress) => void;
  /** Awaited now and then by solves that return promises, so that a signal can come in. */
  readonly pause?: () => Promise<void>;
}

/** What is known at a moment of a search. */
export interface SolveProgress {
  readonly placed: number;
  /** The least share of the models placed. */
  readonly share: number;
  /** No plan that places as many models gives all of them more. */
  readonly bound: number;
  readonly nodes: number;
}
