import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { visible } from "../../text/visible.ts";
import {
  type ErrorBody,
  NO_MODEL,
  ROUTED_PATHS,
  UNAVAILABLE,
  unknownModel,
  WRONG_KEY,
  WRONG_PATH,
} from "../openai.ts";
import type { Route, RoutedModel, RoutedServer } from "../route.ts";
import { ROUTER_PORT } from "../start-script.ts";
import { nameAcls } from "./names.ts";
import { haproxyQuote } from "./quote.ts";

/** The whole configuration; what may be chosen when it starts is read from the environment. */
export function haproxyConfig({ models }: Route): string {
  return `${[HEAD, frontend(models), UNKNOWN, ...models.map(backend)].join("\n\n")}\n`;
}

const HEAD = `# One OpenAI endpoint: routes on the "model" of a request's JSON body. start.sh runs it, README.md says more.
global
  log stdout format raw local0 notice
  maxconn 1024
  # So much of a body is kept while the model is looked for in it: memory for each request that comes in.
  tune.bufsize "\${BERTH_BODY_BYTES-${launcherFact("haproxy", "bodyBytes")}}"
  default-path config

defaults
  mode http
  log global
  option http-buffer-request
  option http-no-delay
  timeout connect 5s
  # For the whole request, its body included.
  timeout http-request 5m
  # Between two pieces of an answer: a long prompt, or a queue, keeps the first one waiting.
  timeout client 1h
  timeout server 1h
  timeout http-keep-alive 1m
  # Another server is tried only where a connection was refused, so that no request runs twice.
  retries 2
  retry-on conn-failure
  option redispatch 1
${[502, 503, 504].map(unavailable).join("\n")}`;

function unavailable(status: number): string {
  return `  http-error status ${status} ${errorText(UNAVAILABLE)}`;
}

function frontend(models: readonly RoutedModel[]): string {
  return [
    "frontend _endpoint",
    `  bind "\${BERTH_ROUTER_HOST-127.0.0.1}:\${BERTH_ROUTER_PORT-${ROUTER_PORT}}"`,
    `  http-request return status 200 content-type text/plain string "ok" if { path /health }`,
    "",
    "  # Clients must show the key, where there is one; servers get theirs instead.",
    "  http-request set-var(txn.key) env(BERTH_ROUTER_KEY)",
    "  acl asks-key var(txn.key) -m len 1:",
    "  acl has-key http_auth_bearer,secure_memcmp(txn.key)",
    `  ${answer(401, WRONG_KEY)} if asks-key !has-key`,
    "  http-request del-header authorization",
    "  http-request set-var(txn.server_key) env(BERTH_SERVER_KEY)",
    `  http-request set-header authorization "Bearer %[var(txn.server_key)]" if { var(txn.server_key) -m len 1: }`,
    "",
    "  http-request return status 200 content-type application/json file models.json if METH_GET { path /v1/models }",
    `  acl routed path ${ROUTED_PATHS.join(" ")}`,
    `  ${answer(404, WRONG_PATH)} unless METH_POST routed`,
    "",
    "  http-request set-var(txn.model) req.body,json_query('$.model')",
    ...models.flatMap(nameAcls),
    ...models.map(({ id }) => `  http-request set-var(txn.is_known) bool(true) if model-${id}`),
    "  # HAProxy's JSON reader knows neither \\/ nor \\uXXXX beyond ASCII: they are read as / and %uXXXX.",
    `  http-request set-var(txn.model) ${UNESCAPED} unless { var(txn.is_known) -m bool }`,
    ...models.map(({ id }) => `  use_backend ${id} if model-${id}`),
    "  default_backend _unknown",
  ].join("\n");
}

function answer(status: number, body: ErrorBody): string {
  return `http-request return status ${status} ${errorText(body)}`;
}

function errorText(body: ErrorBody): string {
  return `content-type application/json string ${haproxyQuote(JSON.stringify(body))}`;
}

const UNESCAPED = `'req.body,regsub("\\\\\\\\/","/",g),regsub("\\\\\\\\u","%u",g),json_query("$.model")'`;

const UNKNOWN_MODEL = haproxyQuote(JSON.stringify(unknownModel("%[var(txn.model),json(utf8s)]")));

const UNKNOWN = [
  "backend _unknown",
  `  ${answer(400, NO_MODEL)} unless { var(txn.model) -m found }`,
  `  http-request return status 404 content-type application/json lf-string ${UNKNOWN_MODEL}`,
].join("\n");

/** Least connections: a server with three times the weight holds three times the requests at once. */
function backend({ name, id, servers }: RoutedModel): string {
  const [first] = servers;
  return [
    `# ${visible(name)}`,
    `backend ${id}`,
    "  balance leastconn",
    `  option httpchk GET ${first.endpoint.readyPath}`,
    "  default-server check inter 5s fastinter 1s downinter 2s fall 2 rise 1 init-addr last,libc,none",
    ...servers.map(server),
  ].join("\n");
}

function server({ id, endpoint, host, weight }: RoutedServer): string {
  const fallback = host?.address === undefined ? "" : `-${host.address}`;
  const address = host === undefined ? "127.0.0.1" : `\${${host.variable}${fallback}}`;
  return `  server ${id} "${address}:${endpoint.port}" weight ${weight}`;
}
