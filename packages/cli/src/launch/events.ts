import type { PlanDocument } from "@berth/core";
import type { CardTaken, CardUse, LaunchChanges } from "@berth/core/launch";

/** What happens while a plan is started, in the order in which it does. */
export type LaunchEvent =
  | {
      readonly event: "order";
      readonly stays: LaunchChanges["stays"];
      readonly steps: LaunchChanges["steps"];
    }
  | { readonly event: "stopping"; readonly engine: string }
  | { readonly event: "stopped"; readonly engine: string }
  | {
      readonly event: "starting";
      readonly engine: string;
      readonly gpus: readonly string[];
      readonly command: string;
      /** Where its output goes; absent where that is not on this host. */
      readonly log?: string;
    }
  | {
      readonly event: "loading";
      readonly engine: string;
      readonly elapsedMs: number;
      readonly stage: string;
      readonly cards: readonly CardUse[];
    }
  | { readonly event: "ready"; readonly engine: string; readonly elapsedMs: number }
  | {
      readonly event: "measured";
      readonly engine: string;
      readonly cards: readonly CardTaken[];
      readonly departures: readonly string[];
    }
  | {
      readonly event: "replanned";
      /** The plan that the launch goes on with, and its file. */
      readonly plan: PlanDocument;
      readonly file: string;
      /** What was measured, as corrections that it counts with, and their file. */
      readonly corrections: number;
      readonly calibration: string;
      /** Bytes that engines hold beyond what was planned for them, by card. */
      readonly beyond: Readonly<Record<string, number>>;
    }
  | { readonly event: "not-replanned"; readonly reason: string }
  | {
      readonly event: "failed";
      readonly engine: string;
      readonly reason: string;
      /** Lines of its log that say why, with their meaning. */
      readonly findings: readonly string[];
      readonly log?: string;
    };

export type OnEvent = (event: LaunchEvent) => void;
