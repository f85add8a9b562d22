import type { PlanDeployment } from "../documents/plan-document.ts";

/** A server of a bundle as clients reach it: what a router in front of it needs to know. */
export interface Endpoint {
  /** What the plan runs behind it: several where one server has instances of a model. */
  readonly deployments: readonly [PlanDeployment, ...PlanDeployment[]];
  /** The plan's name of its host. */
  readonly host: string;
  readonly port: number;
  /** `openai` is /v1/…; the others are /v2/models/NAME/generate, with inputs of an ensemble's or of LLM-API's names. */
  readonly api: "openai" | "triton-ensemble" | "triton-llmapi";
  /** The model's name that it answers to. */
  readonly name: string;
  /** It takes whatever model a request names for its own. */
  readonly takesAnyName: boolean;
  /** Path that answers with 200 once it takes requests. */
  readonly readyPath: string;
  /** The bundle's script that starts it in the foreground, where it has one of its own. */
  readonly script?: string;
  /** What starts it and keeps it running; absent where scripts do, which end with whoever started them. */
  readonly keptBy?: Keeper;
}

/** What keeps the servers of a bundle running. */
export type Keeper = "compose" | "systemd" | "slurm";
