import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import type { PlanDeployment } from "../../../documents/plan-document.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { RenderOptions } from "../../render-options.ts";
import { endpointPicker, pickerName } from "./endpoint-picker.ts";
import { poolName, thousandths } from "./labels.ts";
import type { Workload } from "./workloads.ts";

const GATEWAY = "berth";
const MANAGED = { "app.kubernetes.io/managed-by": "berth" };

/** The one address of all models. */
export function gateway({ kubernetes = {} }: RenderOptions): KubeObject {
  return {
    apiVersion: launcherFact("kubernetes", "gatewayApiVersion"),
    kind: "Gateway",
    metadata: { name: GATEWAY, labels: MANAGED },
    spec: {
      gatewayClassName: kubernetes.gatewayClass ?? launcherFact("kubernetes", "gatewayClass"),
      listeners: [
        {
          name: "http",
          port: 80,
          protocol: "HTTP",
          allowedRoutes: { namespaces: { from: "Same" } },
        },
      ],
    },
  };
}

/** A model's route, its pools and what picks a pod of each; workloads are all of one model. */
export function modelRoute(replicas: readonly Workload[]): readonly KubeObject[] {
  if (!replicas.every(speaksOpenai)) {
    return [route(replicas, replicas.map(serviceRef), { isByName: false })];
  }
  const pools = poolsOf(replicas);
  const isByName = isHeaderText(replicas[0]?.servers[0].deployment.model ?? "");
  return [
    route(replicas, pools.map(poolRef), { isByName }),
    ...pools.flatMap((pool) => [inferencePool(pool), ...endpointPicker(pool.name)]),
  ];
}

/** Pools and what picks their pods read OpenAI's requests; Triton's have no model in their body. */
export function speaksOpenai({ servers: [{ triton }] }: Workload): boolean {
  return triton === undefined;
}

function poolRef({ name, weight }: Pool): object {
  const api = group(launcherFact("kubernetes", "inferencePoolApiVersion"));
  return { group: api, kind: "InferencePool", name, weight: routeWeight(weight) };
}

function serviceRef({ name, servers }: Workload): object {
  const weight = servers.reduce((sum, { deployment }) => sum + weightOf(deployment), 0);
  return { name, port: servers[0].port, weight: routeWeight(weight) };
}

function routeWeight(weight: number): number {
  return Math.min(MAX_WEIGHT, Math.max(1, weight));
}

interface Pool {
  readonly name: string;
  readonly port: number;
  /** What all its replicas can serve, in thousandths of requests a second, or the sequences that they hold. */
  readonly weight: number;
}

function poolsOf(replicas: readonly Workload[]): readonly Pool[] {
  const names = [...new Set(replicas.map(poolName))];
  return names.map((name) => {
    const members = replicas.filter((each) => poolName(each) === name);
    const servers = members.flatMap((each) => each.servers);
    return {
      name,
      port: servers[0]?.port ?? 0,
      weight: servers.reduce((sum, { deployment }) => sum + weightOf(deployment), 0),
    };
  });
}

function weightOf({ serves, concurrentSequences }: PlanDeployment): number {
  return serves === undefined ? concurrentSequences : thousandths(serves.mostRequestsPerSecond);
}

/** Largest weight that a route takes. */
const MAX_WEIGHT = 1_000_000;

/** By the header that the body-based router writes, where a header can hold the name; else by path. */
function route(
  replicas: readonly Workload[],
  backendRefs: readonly object[],
  { isByName }: { readonly isByName: boolean },
): KubeObject {
  const name = replicas[0]?.modelName ?? "";
  const model = replicas[0]?.servers[0].deployment.model ?? "";
  // No limit: an answer may take as long as it takes.
  const timeouts = { request: "0s" };
  const header = { type: "Exact", name: launcherFact("kubernetes", "modelHeader"), value: model };
  return {
    apiVersion: launcherFact("kubernetes", "gatewayApiVersion"),
    kind: "HTTPRoute",
    metadata: { name, labels: MANAGED, annotations: { "berth/model": model } },
    spec: {
      parentRefs: [{ name: GATEWAY }],
      rules: [
        ...(isByName ? [{ matches: [{ headers: [header] }], backendRefs, timeouts }] : []),
        {
          matches: [{ path: { type: "PathPrefix", value: modelPath(name) } }],
          filters: [
            {
              type: "URLRewrite",
              urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
            },
          ],
          backendRefs,
          timeouts,
        },
      ],
    },
  };
}

/** A path of its own for each model. */
export function modelPath(modelName: string): string {
  return `/m/${modelName}`;
}

/** Longest value that a route compares a header with. */
const MAX_HEADER_LENGTH = 4096;

export function isHeaderText(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text) && text.length <= MAX_HEADER_LENGTH;
}

function inferencePool({ name, port }: Pool): KubeObject {
  return {
    apiVersion: launcherFact("kubernetes", "inferencePoolApiVersion"),
    kind: "InferencePool",
    metadata: { name, labels: MANAGED },
    spec: {
      selector: { matchLabels: { "berth/pool": name } },
      targetPorts: [{ number: port }],
      endpointPickerRef: {
        name: pickerName(name),
        port: { number: launcherFact("kubernetes", "endpointPickerPort") },
        failureMode: "FailOpen",
      },
    },
  };
}

function group(apiVersion: string): string {
  return apiVersion.split("/")[0] ?? "";
}
