import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Endpoint, Keeper } from "../endpoint.ts";
import { slugs, uniqueNames } from "../names.ts";
import type { Alias } from "./router-choice.ts";
import { serverWeights } from "./weights.ts";

/** What a router is written from: models with their servers, in the plan's order. */
export interface Route {
  readonly plan: PlanDocument;
  readonly models: readonly RoutedModel[];
  /** Hosts whose addresses the router must be told; none where all servers are on one host. */
  readonly hosts: readonly RoutedHost[];
  /** What keeps the servers running, and the router with them; undefined where scripts start both. */
  readonly keptBy: Keeper | undefined;
}

export interface RoutedModel {
  /** What clients ask for. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Letters, digits, ".", "_" and "-"; unique. */
  readonly id: string;
  readonly servers: readonly [RoutedServer, ...RoutedServer[]];
}

export interface RoutedServer {
  readonly id: string;
  readonly endpoint: Endpoint;
  /** Undefined where the router is on the servers' host and reaches them on loopback. */
  readonly host: RoutedHost | undefined;
  readonly weight: number;
}

export interface RoutedHost {
  readonly name: string;
  /** Environment variable with its address. */
  readonly variable: string;
  /** Its name in the plan, where that can be a host's name in a network. */
  readonly address: string | undefined;
}

export function routeOf(
  plan: PlanDocument,
  endpoints: readonly Endpoint[],
  aliases: readonly Alias[],
): Route {
  const keptBy = endpoints.find((each) => each.keptBy !== undefined)?.keptBy;
  const found = [...new Set(endpoints.map(({ host }) => host))];
  const hosts = keptBy === "slurm" ? foundLater(found) : routedHosts(found);
  const names = [...new Set(endpoints.map(modelOf))];
  const ids = slugs(names, (name) => name);
  const models = names.map((name) => ({
    name,
    aliases: aliases.filter(({ model }) => model === name).map((alias) => alias.name),
    id: ids.get(name) ?? "",
    servers: routedServers(
      endpoints.filter((endpoint) => modelOf(endpoint) === name),
      hosts,
    ),
  }));
  return { plan, models, hosts, keptBy };
}

/** Hosts that are known when they run: a variable each, also for one alone. */
function foundLater(names: readonly string[]): readonly RoutedHost[] {
  return withVariables(names).map((host) => ({ ...host, address: undefined }));
}

function modelOf({ deployments }: Endpoint): string {
  return deployments[0].model;
}

function routedServers(
  endpoints: readonly Endpoint[],
  hosts: readonly RoutedHost[],
): RoutedModel["servers"] {
  const weights = serverWeights(endpoints);
  const servers = endpoints.map((endpoint, at) => ({
    id: `r${at}`,
    endpoint,
    host: hosts.find(({ name }) => name === endpoint.host),
    weight: weights[at] ?? 1,
  }));
  return servers as [RoutedServer, ...RoutedServer[]];
}

/** A name in a network: labels of letters, digits and "-", with dots between them; IPv4 addresses too. */
const NETWORK_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

function routedHosts(names: readonly string[]): readonly RoutedHost[] {
  return names.length === 1 ? [] : withVariables(names);
}

function withVariables(names: readonly string[]): readonly RoutedHost[] {
  const files = slugs(names, (name) => name);
  const variables = uniqueNames(
    names.map((name) => (files.get(name) ?? "").toUpperCase().replace(/[^A-Z0-9]+/g, "_")),
  );
  return names.map((name, at) => ({
    name,
    // No name holds two "_" in a row, so none is taken twice.
    variable: `BERTH_ADDRESS_${(variables[at] ?? "").replaceAll("-", "__")}`,
    address: NETWORK_NAME.test(name) ? name : undefined,
  }));
}
