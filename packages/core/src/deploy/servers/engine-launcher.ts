import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import type { EngineId } from "../../engine/engine.ts";
import type { DeploymentNames } from "../names.ts";
import type { RenderOptions } from "../render-options.ts";
import type { Rule } from "../rules.ts";
import type { Command } from "./command.ts";
import type {
  ModelNeed,
  NamedPort,
  ServerCheck,
  ServerFile,
  ServerImage,
  ServerNode,
  Spread,
  TritonModel,
  Variable,
} from "./engine-server.ts";

/** How one engine is started: what its file in `engines/` says. */
export interface EngineLauncher {
  readonly engine: EngineId;
  /** Port of the first server on a host, where the user names none. */
  readonly firstPort: number;
  readonly readyPath: string;
  readonly metricsPath?: string;
  /** What a plan must be like for it; each looks at the deployments of this engine only. */
  readonly rules: readonly Rule[];
  readonly image: (version: string) => ServerImage;
  /** The name that clients ask for, where this version can be told. */
  readonly servedName: (deployment: PlanDeployment) => string | undefined;
  readonly command: (start: Start) => Command;
  /** Beside what pins the cards, which is the same for all engines. */
  readonly environment: (deployment: PlanDeployment) => readonly Variable[];
  readonly files: (files: FilesStart) => readonly ServerFile[];
  readonly checks: (deployment: PlanDeployment) => readonly ServerCheck[];
  /** Where it listens beside its port. */
  readonly morePorts?: (port: number) => readonly NamedPort[];
  /** What its Triton serves; absent for servers that speak OpenAI's API. */
  readonly triton?: (files: FilesStart) => TritonModel | undefined;
  /** How it is told the source; as it is where this is absent. */
  readonly sourceText?: (source: string) => string;
  /** What must be made first where the model's own files won't do. */
  readonly modelNeed: (deployment: PlanDeployment) => ModelNeed | undefined;
  /** Its cards talk to each other through NCCL. */
  readonly usesNccl: boolean;
  /** How it spans hosts; undefined where it can't. */
  readonly overHosts?: Exclude<Spread["kind"], "one-host">;
}

/** A server whose files are about to be written. */
export interface FilesStart extends DeploymentNames {
  readonly deployment: PlanDeployment;
  /** The whole plan, with the names of all its deployments. */
  readonly plan: PlanDocument;
  readonly names: ReadonlyMap<PlanDeployment, DeploymentNames>;
  readonly options: RenderOptions;
  readonly port: number;
  /** The most cards that it has on one host. */
  readonly cardsPerHost: number;
}

/** One node of a server that is about to get its command. */
export interface Start extends DeploymentNames {
  readonly deployment: PlanDeployment;
  readonly port: number;
  /** Position among its hosts, and how many there are. */
  readonly node: number;
  readonly nodeCount: number;
  readonly gpus: ServerNode["gpus"];
}

/** Away from the servers' own ports: 8000 gives 29500, which torch takes by itself. */
const RENDEZVOUS_OFFSET = 21_500;

const LAST_PORT = 65_535;

/** Where the hosts of the server on this port meet, on the first of them. */
export function rendezvousPort(port: number): number {
  const away = port + RENDEZVOUS_OFFSET;
  return away <= LAST_PORT ? away : port - RENDEZVOUS_OFFSET;
}
