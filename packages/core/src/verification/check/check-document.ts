/** `berth/check@1`: whether a plan still holds on what the machines are today. */
export interface CheckDocument {
  readonly schema: "berth/check@1";
  readonly holds: boolean;
  readonly problems: readonly CheckProblem[];
  /** What is other than when the plan was made, without breaking it, and what could not be checked. */
  readonly notes: readonly CheckProblem[];
}

/** One difference, with its numbers and the sentence that they make. */
export type CheckProblem = { readonly text: string } & CheckFinding;

/** One way in which today's machines differ from those of a plan. */
export type CheckFinding =
  | { readonly code: "host-missing"; readonly host: string }
  | { readonly code: "inventory-cut"; readonly host: string; readonly why: string }
  | { readonly code: "card-missing"; readonly gpu: string; readonly uuid?: string }
  | {
      readonly code: "card-moved";
      readonly gpu: string;
      readonly uuid: string;
      readonly now: string;
    }
  | {
      readonly code: "card-swapped";
      readonly gpu: string;
      readonly planned: string;
      readonly found: string;
    }
  | {
      readonly code: "card-model";
      readonly gpu: string;
      readonly planned: string;
      readonly found: string;
    }
  | { readonly code: "card-lost"; readonly gpu: string }
  | { readonly code: "mig-enabled"; readonly gpu: string }
  | { readonly code: "ecc-changed"; readonly gpu: string; readonly isOn: boolean }
  | {
      readonly code: "memory-less";
      readonly gpu: string;
      readonly plannedBytes: number;
      readonly foundBytes: number;
    }
  | {
      readonly code: "others-hold-more";
      readonly gpu: string;
      readonly plannedBytes: number;
      readonly foundBytes: number;
      readonly freeBytes: number;
      readonly processes: readonly string[];
    }
  | { readonly code: "others-unknown"; readonly gpu: string }
  | {
      readonly code: "kv-short";
      readonly engine: string;
      readonly plannedTokens: number;
      readonly tokens: number;
    }
  | {
      readonly code: "driver-changed" | "cuda-changed";
      readonly host: string;
      readonly planned: string;
      readonly found: string;
    }
  | {
      readonly code: "peer-to-peer-lost" | "peer-to-peer-gained";
      readonly engine: string;
      readonly gpus: readonly string[];
    }
  | { readonly code: "links-unknown"; readonly engine: string };
