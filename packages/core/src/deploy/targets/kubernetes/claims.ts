import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDocument, PlanGpu } from "../../../documents/plan-document.ts";
import type { CardAccess } from "../../kube/card-access.ts";
import { mpsCap } from "../../kube/mps-cap.ts";
import type { KubeObject } from "../../kube/object.ts";
import { mebibytes } from "../../kube/quantity.ts";
import type { SharedCards } from "../../kube/shared-cards.ts";

const DEVICES = launcherFact("kubernetes", "deviceClass");

/** A claim of its own for every pod: `count` cards out of these. */
export function claimTemplate(
  name: string,
  gpus: readonly PlanGpu[],
  { count, select }: { readonly count: number; readonly select: "uuid" | "product" },
): KubeObject {
  return {
    apiVersion: launcherFact("kubernetes", "draApiVersion"),
    kind: "ResourceClaimTemplate",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "berth" } },
    spec: { spec: { devices: { requests: [request("cards", { gpus, count, select })] } } },
  };
}

/** One claim for all pods that share these cards, with a request a card. */
export function sharedClaim(
  name: string,
  plan: PlanDocument,
  { shared, access }: { readonly shared: SharedCards; readonly access: CardAccess },
): KubeObject {
  const select = access.by === "dra" ? access.select : "uuid";
  const { gpus, deployments, sharing } = shared;
  const limit = Math.max(...deployments.map((each) => mpsCap(plan, each)));
  return {
    apiVersion: launcherFact("kubernetes", "draApiVersion"),
    kind: "ResourceClaim",
    metadata: { name, labels: { "app.kubernetes.io/managed-by": "berth" } },
    spec: {
      devices: {
        requests: gpus.map((gpu) => request(cardRequest(gpu), { gpus: [gpu], count: 1, select })),
        ...(sharing === "mps" ? { config: [mpsConfig(gpus, limit)] } : {}),
      },
    },
  };
}

/** The name of a shared card's request. */
export function cardRequest({ index }: PlanGpu): string {
  return `card-${index}`;
}

interface Wanted {
  readonly gpus: readonly PlanGpu[];
  readonly count: number;
  readonly select: "uuid" | "product";
}

function request(name: string, { gpus, count, select }: Wanted): object {
  const values = [...new Set(gpus.map((gpu) => (select === "uuid" ? (gpu.uuid ?? "") : gpu.name)))];
  const attribute = `device.attributes[${celText(DEVICES)}].${select === "uuid" ? "uuid" : "productName"}`;
  const expression =
    values.length === 1
      ? `${attribute} == ${celText(values[0] ?? "")}`
      : `${attribute} in [${values.map(celText).join(", ")}]`;
  return {
    name,
    exactly: {
      deviceClassName: DEVICES,
      allocationMode: "ExactCount",
      count,
      selectors: [{ cel: { expression } }],
    },
  };
}

/** A string of CEL, which reads the escapes of JSON. */
function celText(text: string): string {
  return JSON.stringify(text);
}

function mpsConfig(gpus: readonly PlanGpu[], limitBytes: number): object {
  return {
    requests: gpus.map(cardRequest),
    opaque: {
      driver: DEVICES,
      parameters: {
        apiVersion: launcherFact("kubernetes", "gpuConfigApiVersion"),
        kind: "GpuConfig",
        sharing: {
          strategy: "MPS",
          mpsConfig: { defaultPinnedDeviceMemoryLimit: mebibytes(limitBytes) },
        },
      },
    },
  };
}
