import type { PlanDocument } from "@berth/core";
import type { WhatIfDocument } from "@berth/core/changes";
import type { Asked } from "./protocol.ts";

/** What the page asks of other rates, and of cards to buy. */
export interface WhatIfQuestions {
  /** What `berth whatif PLAN` says. A "stop" ends it without an answer. */
  readonly whatIf: {
    readonly ask: WhatIfAsk;
    readonly answer: WhatIfDocument;
    readonly progress: WhatIfProgress;
  };
}

/** As the command line's flags say it; at least one of `scaleRate` and `buy` says something. */
export interface WhatIfWish {
  /** Every rate, times this, after the change; undefined for no change. */
  readonly scaleRate: number | undefined;
  /** Requests a second for each model, before and after; a number or an expression. "" for the fleet file's. */
  readonly rate: string;
  /** Cards to try one by one; "any" stands for what fits into a slot. */
  readonly buy: readonly string[];
}

export interface WhatIfAsk extends WhatIfWish {
  readonly workspace: Asked;
  /** The plan of the workspace. */
  readonly plan: PlanDocument;
}

/** How far it is. */
export interface WhatIfProgress {
  /** What is planned now: "with rtx-4090". */
  readonly what: string;
  readonly done: number;
  readonly all: number;
}
