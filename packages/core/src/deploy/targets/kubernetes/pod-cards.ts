import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument } from "../../../documents/plan-document.ts";
import type { CardAccess } from "../../kube/card-access.ts";
import { mpsCap } from "../../kube/mps-cap.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { ServerNode, Variable } from "../../servers/engine-server.ts";
import { cardRequest, claimTemplate } from "./claims.ts";
import type { Workload } from "./workloads.ts";

/** How the pods of one node of a workload get their cards. */
export interface PodCards {
  /** Of the pod. */
  readonly resourceClaims?: readonly object[];
  /** Of the engine's container. */
  readonly resources: Readonly<Record<string, unknown>>;
  readonly environment: readonly Variable[];
  /** What the pod's claim refers to and is no other workload's. */
  readonly objects: readonly KubeObject[];
}

export interface CardGiving {
  readonly plan: PlanDocument;
  readonly access: CardAccess;
  /** Names of the claims of shared cards, by their place in the list. */
  readonly claimNames: ReadonlyMap<unknown, string>;
}

/** For the pods that are `node`; `at` numbers the nodes of a server over hosts. */
export function podCards(
  workload: Workload,
  { node, at }: { readonly node: ServerNode; readonly at: number },
  giving: CardGiving,
): PodCards {
  const { access, claimNames } = giving;
  if (access.by === "device-plugin") {
    const count = String(node.gpus.length);
    return {
      resources: { limits: { [launcherFact("kubernetes", "pluginResource")]: count } },
      environment: unpinned(node),
      objects: [],
    };
  }
  return workload.shared === undefined
    ? ownCards(workload, { node, at, select: access.select })
    : commonCards(workload, node, { ...giving, claim: claimNames.get(workload.shared) ?? "" });
}

function ownCards(
  workload: Workload,
  {
    node,
    at,
    select,
  }: { readonly node: ServerNode; readonly at: number; readonly select: "uuid" | "product" },
): PodCards {
  const name = at === 0 ? `${workload.name}-cards` : `${workload.name}-worker-cards`;
  const { gpus } = node;
  return {
    resourceClaims: [{ name: "cards", resourceClaimTemplateName: name }],
    resources: { claims: [{ name: "cards" }] },
    environment: select === "uuid" && at === 0 ? node.environment : unpinned(node),
    objects: [claimTemplate(name, candidates(workload, at), { count: gpus.length, select })],
  };
}

/** The cards that any pod of this place in the group may get. */
function candidates({ servers }: Workload, at: number): ServerNode["gpus"] {
  return servers.flatMap(({ nodes }) =>
    at === 0 ? nodes[0].gpus : nodes.slice(1).flatMap(({ gpus }) => gpus),
  );
}

function commonCards(
  { servers: [server], shared }: Workload,
  node: ServerNode,
  { plan, access, claim }: CardGiving & { readonly claim: string },
): PodCards {
  const isPinned = access.by === "dra" && access.select === "uuid";
  const environment = isPinned ? node.environment : unpinned(node);
  return {
    resourceClaims: [{ name: "cards", resourceClaimName: claim }],
    resources: {
      claims: node.gpus.map((gpu) => ({ name: "cards", request: cardRequest(gpu) })),
    },
    environment:
      shared?.sharing === "mps"
        ? [...environment, capVariable(mpsCap(plan, server.deployment), node.gpus.length)]
        : environment,
    objects: [],
  };
}

const MIB = 1024 ** 2;

/** By index, as the container counts its cards. */
function capVariable(bytes: number, count: number): Variable {
  const limits = Array.from({ length: count }, (_, index) => `${index}=${bytes / MIB}M`);
  return {
    name: "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT",
    value: limits.join(","),
    why: [
      "This engine's own cap, no higher than the claim's: the plan's bytes for it on one card.",
      "Under it CUDA says that what the cap leaves is free, so shares of free memory are of that.",
    ],
  };
}

/** Whoever gives the cards also shows the container no others. */
function unpinned({ environment }: ServerNode): readonly Variable[] {
  return environment.filter(({ name }) => name !== "CUDA_VISIBLE_DEVICES");
}
