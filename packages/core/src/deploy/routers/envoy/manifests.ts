import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { uniqueNames } from "../../names.ts";
import { configYaml } from "../../text/config-yaml.ts";
import type { Route, RoutedModel, RoutedServer } from "../route.ts";

const NAME = "berth";
const GATEWAY_API = "gateway.networking.k8s.io";
export const ENVOY_API = "gateway.envoyproxy.io";

/** Longest wait for an answer; the gateway's own is a minute. */
const LONGEST_ANSWER = "3600s";

/** All resources, the gateway first. Where a name stands between two @, start.sh puts an address or a port. */
export function envoyManifests(route: Route): string {
  const models = withResourceNames(route.models);
  const servers = models.flatMap((model) => model.servers.map((server) => ({ model, server })));
  const resources = [
    resource(`${GATEWAY_API}/v1`, "GatewayClass", NAME, {
      controllerName: "gateway.envoyproxy.io/gatewayclass-controller",
    }),
    resource(`${GATEWAY_API}/v1`, "Gateway", NAME, {
      gatewayClassName: NAME,
      listeners: [{ name: "http", protocol: "HTTP", port: PORT }],
    }),
    resource(`${ENVOY_API}/v1alpha1`, "ClientTrafficPolicy", NAME, {
      targetRefs: [GATEWAY],
      connection: { bufferLimit: launcherFact("envoy-ai-gateway", "bufferLimit") },
    }),
    trafficPolicy(models),
    ...routes(models),
    ...servers.flatMap(({ model, server }) => backend(model, server)),
  ];
  const texts = resources.map(configYaml);
  const head =
    "# One OpenAI endpoint with Envoy AI Gateway. start.sh fills it in, README.md says more.\n";
  return `${head}${texts.join("---\n")}`.replace(`"${PORT}"`, PORT);
}

/** Names of resources hold small letters, digits and "-". */
function withResourceNames(models: readonly RoutedModel[]): readonly RoutedModel[] {
  const names = uniqueNames(models.map(({ id }) => id.toLowerCase().replace(/[^a-z0-9]+/g, "-")));
  return models.map((model, at) => ({ ...model, id: names[at] ?? "" }));
}

const PORT = "@LISTEN_PORT@";
const AI_API = launcherFact("envoy-ai-gateway", "apiVersion");
export const GATEWAY: object = { group: GATEWAY_API, kind: "Gateway", name: NAME };

export function resource(apiVersion: string, kind: string, name: string, spec: object): object {
  return { apiVersion, kind, metadata: { name }, spec };
}

/** A request goes elsewhere only where no connection came about; a server that fails its checks is left out. */
function trafficPolicy(models: readonly RoutedModel[]): object {
  return resource(`${ENVOY_API}/v1alpha1`, "BackendTrafficPolicy", NAME, {
    targetRefs: [GATEWAY],
    loadBalancer: { type: "LeastRequest" },
    retry: { numRetries: 2, retryOn: { triggers: ["connect-failure"] } },
    timeout: { tcp: { connectTimeout: "5s" }, http: { requestTimeout: LONGEST_ANSWER } },
    healthCheck: {
      active: {
        type: "HTTP",
        http: {
          path: models[0]?.servers[0].endpoint.readyPath ?? "/health",
          expectedStatuses: [200],
        },
        interval: "5s",
        timeout: "3s",
        unhealthyThreshold: 2,
        healthyThreshold: 1,
      },
    },
  });
}

/** Most rules of one AIGatewayRoute: an HTTPRoute has 16, and the gateway adds one for unknown models. */
const MOST_RULES = 15;

function routes(models: readonly RoutedModel[]): readonly object[] {
  const starts = models.map((_, at) => at).filter((at) => at % MOST_RULES === 0);
  return starts.map((start, at) =>
    resource(AI_API, "AIGatewayRoute", at === 0 ? NAME : `${NAME}-${at + 1}`, {
      parentRefs: [GATEWAY],
      rules: models.slice(start, start + MOST_RULES).map(rule),
    }),
  );
}

function rule(model: RoutedModel): object {
  return {
    matches: [model.name, ...model.aliases].map((value) => ({
      headers: [{ type: "Exact", name: "x-ai-eg-model", value }],
    })),
    backendRefs: model.servers.map(({ id, endpoint, weight }) => ({
      name: `${model.id}-${id}`,
      weight,
      ...(endpoint.takesAnyName ? {} : { modelNameOverride: endpoint.name }),
    })),
    timeouts: { request: LONGEST_ANSWER, backendRequest: LONGEST_ANSWER },
  };
}

function backend(model: RoutedModel, { id, endpoint, host }: RoutedServer): readonly object[] {
  const name = `${model.id}-${id}`;
  const { port } = endpoint;
  const address =
    host === undefined
      ? { ip: { address: "127.0.0.1", port } }
      : { fqdn: { hostname: `@${host.variable}@`, port } };
  return [
    resource(AI_API, "AIServiceBackend", name, {
      schema: { name: "OpenAI" },
      backendRef: { group: ENVOY_API, kind: "Backend", name },
    }),
    resource(`${ENVOY_API}/v1alpha1`, "Backend", name, { endpoints: [address] }),
  ];
}
