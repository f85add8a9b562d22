import type { PlanGpu } from "../../documents/plan-document.ts";
import type { HostedDeployment, HostPlan } from "../host-plan.ts";
import type { DeploymentNames } from "../names.ts";
import type { Command } from "./command.ts";

/**
 * What the server of one replica is, apart from what starts it: a script, a container, a unit or a
 * job. Paths and addresses that only those know stand in it as places.
 */
export interface EngineServer extends HostedDeployment, DeploymentNames {
  /** Where it listens, on the first of its hosts. */
  readonly port: number;
  /** Answers with 200 once the model is loaded and its KV cache is there. */
  readonly readyPath: string;
  /** Metrics in Prometheus' format; absent where the engine has none there. */
  readonly metricsPath?: string;
  /** What `/v1/models` says, where the version can be told. */
  readonly servedName?: string;
  readonly image: ServerImage;
  readonly model: ModelFiles;
  /** One a host, in the order of ranks; the first one listens. */
  readonly nodes: readonly [ServerNode, ...ServerNode[]];
  /** How the processes of several hosts find each other. */
  readonly spread: Spread;
  /** What the command reads beside the model, paths relative to the bundle's folder of the host. */
  readonly files: readonly ServerFile[];
  /** `file` of the servers that must be ready first: they share a card and start earlier. */
  readonly startsAfter: readonly string[];
  readonly checks: readonly ServerCheck[];
  /** Ports beside the one that answers; absent where there are none. */
  readonly morePorts?: readonly NamedPort[];
  /** What a Triton server has of its own; absent for servers that speak OpenAI's API. */
  readonly triton?: TritonModel;
}

export interface NamedPort {
  /** Small letters. */
  readonly name: string;
  readonly port: number;
}

/** The model of a Triton server that leads itself. */
export interface TritonModel {
  /** What clients ask for, as part of a path. */
  readonly name: string;
  /** Folders of the host that its configurations name: what they hold must be there before a start. */
  readonly engineFolder: string;
  readonly tokenizerFolder: string;
  /** Folders of the host that hold them, to be seen at the same place. */
  readonly folders: readonly string[];
}

/** A container image that holds the engine in the planned version. */
export interface ServerImage {
  readonly name: string;
  readonly tag: string;
  /**
   * What the image must start instead of its own entry point, in place of the command's first line.
   * Absent where the image starts the words that it is given.
   */
  readonly entrypoint?: readonly string[];
}

/** The model's files: what the plan says, and the variable that may name others. */
export interface ModelFiles {
  readonly source: string;
  /** True for a path on the hosts, false for a Hub id. */
  readonly isPath: boolean;
  /** What must be made first, and the variable be set to; absent where the source will do. */
  readonly need?: ModelNeed;
}

export interface ModelNeed {
  /** Goes on from "set MODEL_PATH_… to". */
  readonly what: string;
  /** A sentence for a comment. */
  readonly why: string;
  /** From what to what, in few words. */
  readonly change: string;
}

/** The part of a server that runs on one host. */
export interface ServerNode {
  readonly host: string;
  /** Variable that may hold the host's address; without it, its name is one. */
  readonly addressVariable: string;
  /** Its cards, in the order of their ranks. */
  readonly gpus: readonly PlanGpu[];
  readonly command: Command;
  readonly environment: readonly Variable[];
}

/** An environment variable; `why` are lines for a comment. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly why?: readonly string[];
}

export type Spread =
  /** One host. */
  | { readonly kind: "one-host" }
  /** Each host runs its own command; they meet at the first one's address. */
  | { readonly kind: "each-host" }
  /** An MPI launcher starts the command once a rank. */
  | { readonly kind: "mpi"; readonly ranksPerHost: number };

export interface ServerFile {
  readonly path: string;
  readonly text: string;
}

/** What must hold before a start, looked at where the model's files are. */
export interface ServerCheck {
  readonly kind: "checkpoint-leaves-kv-type";
  readonly kvCacheDtype: string;
}

/** One host with the servers that have cards on it, in start order. */
export interface ServerHost extends HostPlan {
  readonly servers: readonly EngineServer[];
}

/** True where the server's processes on this host are not the ones that listen. */
export function isFollower({ nodes }: EngineServer, host: string): boolean {
  return nodes[0].host !== host;
}
