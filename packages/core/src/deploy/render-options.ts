import type { RouterChoice } from "./routers/router-choice.ts";

/** What a user may choose about a bundle. */
export interface RenderOptions {
  /** Port of the first server on each host; the next ones count up. */
  readonly firstPort?: number;
  /** Ports that servers have already, by their names among the bundle's files; the others get none of these. */
  readonly keptPorts?: ReadonlyMap<string, number>;
  /** Folder on the hosts for models that are named by a Hub id (engines only). */
  readonly modelsFolder?: string;
  /** Folder on the hosts for checkpoints and engines. */
  readonly enginesFolder?: string;
  /** How Triton runs a host's models; by default what is right for their number. */
  readonly tritonMode?: TritonMode;
  /** TensorRT-LLM's BLS models in place of ensembles, where one tokenizer serves all models of a Triton. */
  readonly tritonBls?: boolean;
  /** A router that the bundle keeps running beside its servers, where the target keeps anything running. */
  readonly router?: RouterChoice;
  /** For the targets that run on Kubernetes. */
  readonly kubernetes?: KubernetesOptions;
}

/**
 * `leader`: one Triton server a model. `orchestrator`: one server a host, whose models have worker processes that it
 * spawns; `orchestrator-no-spawn`: workers that one mpirun starts with it.
 */
export const TRITON_MODES = ["leader", "orchestrator", "orchestrator-no-spawn"] as const;

export type TritonMode = (typeof TRITON_MODES)[number];

/** Whether this is the name of a way in which Triton runs engines. */
export function isTritonMode(text: string): text is TritonMode {
  return (TRITON_MODES as readonly string[]).includes(text);
}

/** What may be chosen for the targets that run on Kubernetes. */
export const KUBERNETES_CHOICES = {
  cards: ["device-plugin", "dra"],
  select: ["uuid", "product"],
  sharing: ["mps", "time-slicing"],
} as const;

/** What a cluster gives, and how its cards are asked for. */
export interface KubernetesOptions {
  /** What gives the cards to the pods; by default what the plan needs. */
  readonly cards?: (typeof KUBERNETES_CHOICES.cards)[number];
  /** With DRA: the very cards of the plan, or any of the same product on the same host. */
  readonly select?: (typeof KUBERNETES_CHOICES.select)[number];
  /** With DRA: how engines share a card; by default MPS, with a cap each, where it can hold them. */
  readonly sharing?: (typeof KUBERNETES_CHOICES.sharing)[number];
  /** RuntimeClass of the engines' pods; by default the nodes' own runtime, which must know NVIDIA's cards. */
  readonly runtimeClass?: string;
  /** PersistentVolumeClaim that holds the models folder, instead of the hosts' own folder. */
  readonly modelsClaim?: string;
  /** Which gateway serves the endpoint. */
  readonly gatewayClass?: string;
}

/** Highest first port: above it is the room that a host's servers may need. */
export const MAX_FIRST_PORT = 60_000;

/** Whether Kubernetes takes this as the name of an object: a DNS subdomain. */
export function isObjectName(text: string): boolean {
  return /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(
    text,
  );
}
