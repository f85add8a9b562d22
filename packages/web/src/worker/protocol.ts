import type {
  CardLink,
  ExplainedNumber,
  InventoryDocument,
  PlanDocument,
  PlanGpu,
  SolveOptions,
  SolveProgress,
} from "@berth/core";
import type { Artifact, RenderOptions, TargetId } from "@berth/core/deploy";
import type { Alias, RouterId } from "@berth/core/routers";
import type { Workspace, WorkspaceFile } from "../state/workspace.ts";
import type { CapacityQuestions } from "./capacity-protocol.ts";
import type { LoadQuestions } from "./load-protocol.ts";
import type { WhatIfQuestions } from "./what-if-protocol.ts";

/** What the page asks of a worker; types only, so that neither side loads the other. */
export interface Questions extends LoadQuestions, CapacityQuestions, WhatIfQuestions {
  /** The cards of the fleet file, with what others hold of them. */
  readonly cards: { readonly ask: Asked; readonly answer: CardsAnswer };
  /** What the machines have, by the fleet file's inventory; undefined where it lists its cards itself. */
  readonly inventory: { readonly ask: Asked; readonly answer: InventoryDocument | undefined };
  /** The links between the cards of each group. */
  readonly links: { readonly ask: LinksAsk; readonly answer: readonly (readonly CardLink[])[] };
  /** The best plan. Asking again, or a "stop", ends it early with what is known. */
  readonly plan: { readonly ask: Asked; readonly answer: PlanDocument };
  /** Laws of what is on a card, or of a model; TeX beside each. */
  readonly explain: { readonly ask: ExplainAsk; readonly answer: readonly LawNumber[] };
  /** What a plan needs of files with weights, from their first bytes. */
  readonly headers: { readonly ask: HeaderAsk; readonly answer: readonly HeaderAnswer[] };
  /** A plan file, checked. */
  readonly readPlan: { readonly ask: WorkspaceFile; readonly answer: PlanDocument };
  /** What a trace of requests holds. */
  readonly trace: { readonly ask: WorkspaceFile; readonly answer: TraceSummary };
  readonly catalog: { readonly ask: undefined; readonly answer: CatalogAnswer };
  /** What a plan can be written for. */
  readonly launchers: { readonly ask: undefined; readonly answer: LaunchersAnswer };
  /** The files of a plan, as `berth render` writes them. */
  readonly render: { readonly ask: RenderAsk; readonly answer: RenderAnswer };
}

/** The workspace, with what the machines have now, where `berth serve` looks. */
export interface Asked extends Workspace {
  readonly live?: InventoryDocument | undefined;
}

export type Kind = keyof Questions;

/** What is told while a question is answered: of a search, where the question says nothing else. */
export type ProgressOf<K extends Kind> = Questions[K] extends { readonly progress: infer P }
  ? P
  : SolveProgress;

/** How an answer that takes long is watched and stopped. */
export interface Watch<Progress = SolveProgress>
  extends Required<Pick<SolveOptions, "pause" | "signal">> {
  readonly onProgress: (progress: Progress) => void;
}

export interface CardsAnswer {
  readonly gpus: readonly PlanGpu[];
  readonly warnings: readonly string[];
  /** Models of the fleet file that are neither in the catalogue nor among the files. */
  readonly missing: readonly string[];
}

export interface LinksAsk {
  readonly workspace: Asked;
  /** Ids of the cards of each group. */
  readonly groups: readonly (readonly string[])[];
}

export interface ExplainAsk {
  readonly plan: PlanDocument;
  readonly gpu?: string;
  readonly model?: string;
}

export interface LawNumber extends ExplainedNumber {
  readonly tex: string;
}

export type HeaderAsk = readonly { readonly name: string; readonly blob: Blob }[];

/** A header as text, which stands for the file from then on; or one sentence on why there is none. */
export type HeaderAnswer =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly problem: string };

export interface TraceSummary {
  readonly requests: number;
  /** Requests without an answer, which are left out. */
  readonly skipped: number;
  /** From the first request to the last. */
  readonly seconds: number;
}

export interface CatalogGpu {
  readonly id: string;
  readonly name: string;
  readonly memoryBytes: number;
  readonly computeCapability: string;
}

export interface CatalogModel {
  readonly id: string;
  /** Other Hub ids of the same shape. */
  readonly aliases: readonly string[];
  readonly parameters: number;
}

export interface CatalogAnswer {
  readonly gpus: readonly CatalogGpu[];
  readonly models: readonly CatalogModel[];
  readonly engines: readonly CatalogEngine[];
}

export interface CatalogEngine {
  readonly id: string;
  readonly title: string;
  /** The newest version that is known. */
  readonly newest: string;
}

export interface LaunchersAnswer {
  readonly targets: readonly Launcher<TargetId>[];
  readonly routers: readonly Launcher<RouterId>[];
}

export interface Launcher<Id extends string> {
  readonly id: Id;
  readonly description: string;
}

/** What `berth render` takes as flags. */
export type RenderWishes = Omit<RenderOptions, "keptPorts" | "router">;

export interface RenderAsk {
  readonly plan: PlanDocument;
  /** Undefined for the target of each engine. */
  readonly target: TargetId | undefined;
  /** Undefined for none. */
  readonly router: RouterId | undefined;
  readonly options: RenderWishes;
  /** Other names that clients may ask a router for. */
  readonly aliases: readonly Alias[];
}

export type RenderAnswer =
  | { readonly ok: true; readonly artifacts: readonly Artifact[] }
  | {
      readonly ok: false;
      readonly reasons: readonly string[];
      /** Targets that carry the plan with the same router; undefined is the target of each engine. */
      readonly instead: readonly (TargetId | undefined)[];
    };

/** What went wrong, for a person: one sentence, with the file and the key where they are known. */
export interface Problem {
  readonly message: string;
  readonly file?: string;
  readonly key?: string;
}

export type Request = {
  [K in Kind]: { readonly id: number; readonly kind: K; readonly ask: Questions[K]["ask"] };
}[Kind];

export type ToWorker = Request | { readonly kind: "stop"; readonly id: number };

export type FromWorker =
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "problem"; readonly id: number; readonly problem: Problem }
  | { readonly kind: "progress"; readonly id: number; readonly progress: unknown };
