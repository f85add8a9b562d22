import { configYaml } from "../../text/config-yaml.ts";
import type { Route, RoutedModel } from "../route.ts";
import { conflicts, togetherSets } from "./together.ts";

/** Longest wait for a server to load its model. */
const LONGEST_START_S = 1800;

/** Requests at once for each sequence of a batch: as many wait in the server as it answers; more get 429. */
const REQUESTS_PER_SEQUENCE = 2;

export function llamaSwapConfig(route: Route): string {
  const config = {
    healthCheckTimeout: LONGEST_START_S,
    includeAliasesInList: true,
    models: Object.fromEntries(route.models.map((model) => [model.name, entry(model)])),
    routing: { router: routing(route) },
    ...preload(route),
  };
  return `# One OpenAI endpoint with llama-swap, which starts the servers itself. start.sh runs it, README.md says more.\n${configYaml(config)}`;
}

function entry({ name, aliases, servers: [{ endpoint }] }: RoutedModel): object {
  const [{ maxBatchSize }] = endpoint.deployments;
  return {
    cmd: `./${endpoint.script ?? ""}`,
    proxy: `http://127.0.0.1:${endpoint.port}`,
    checkEndpoint: endpoint.readyPath,
    ttl: 0,
    concurrencyLimit: maxBatchSize * REQUESTS_PER_SEQUENCE,
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(endpoint.takesAnyName || (endpoint.name === name && aliases.length === 0)
      ? {}
      : { useModelName: endpoint.name }),
  };
}

/** All stay loaded, or the matrix says which may be loaded together. */
function routing(route: Route): object {
  const names = route.models.map(({ name }) => name);
  if (conflicts(route).length === 0) {
    const resident = { swap: false, exclusive: false, persistent: true, members: names };
    return { use: "group", settings: { groups: { resident } } };
  }
  const vars = Object.fromEntries(names.map((name, at) => [`m${at + 1}`, name]));
  return { use: "matrix", settings: { matrix: { vars, sets: { plan: togetherSets(route) } } } };
}

/** In the plan's start order, where all stay loaded. */
function preload(route: Route): object {
  if (conflicts(route).length > 0) {
    return {};
  }
  const inOrder = route.models.toSorted((left, right) => startOrder(left) - startOrder(right));
  return { hooks: { on_startup: { preload: inOrder.map(({ name }) => name) } } };
}

function startOrder({ servers: [{ endpoint }] }: RoutedModel): number {
  return endpoint.deployments[0].startOrder;
}
