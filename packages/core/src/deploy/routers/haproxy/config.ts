import { launcherFact } from "../../../catalog/launcher-catalog.ts";
import { visible } from "../../text/visible.ts";
import { errorBody, ROUTED_PATHS } from "../openai.ts";
import type { Route, RoutedModel, RoutedServer } from "../route.ts";
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
  const body = errorBody("no server of this model answers", "server_error", "model_unavailable");
  return `  http-error status ${status} content-type application/json string ${haproxyQuote(body)}`;
}

function frontend(models: readonly RoutedModel[]): string {
  const wrongKey = errorBody("expected the key of this endpoint", REQUEST_ERROR, "invalid_api_key");
  const wrongPath = errorBody(`expected POST to ${ROUTED_PATHS.join(", ")}`, REQUEST_ERROR, null);
  return [
    "frontend _endpoint",
    `  bind "\${BERTH_ROUTER_HOST-127.0.0.1}:\${BERTH_ROUTER_PORT-${launcherFact("litellm", "port")}}"`,
    `  http-request return status 200 content-type text/plain string "ok" if { path /health }`,
    "",
    "  # Clients must show the key, where there is one; servers get theirs instead.",
    "  http-request set-var(txn.key) env(BERTH_ROUTER_KEY)",
    "  acl asks-key var(txn.key) -m len 1:",
    "  acl has-key http_auth_bearer,secure_memcmp(txn.key)",
    `  ${answer(401, wrongKey)} if asks-key !has-key`,
    "  http-request del-header authorization",
    "  http-request set-var(txn.server_key) env(BERTH_SERVER_KEY)",
    `  http-request set-header authorization "Bearer %[var(txn.server_key)]" if { var(txn.server_key) -m len 1: }`,
    "",
    "  http-request return status 200 content-type application/json file models.json if METH_GET { path /v1/models }",
    `  acl routed path ${ROUTED_PATHS.join(" ")}`,
    `  ${answer(404, wrongPath)} unless METH_POST routed`,
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

function answer(status: number, body: string): string {
  return `http-request return status ${status} content-type application/json string ${haproxyQuote(body)}`;
}

const REQUEST_ERROR = "invalid_request_error";

const UNESCAPED = `'req.body,regsub("\\\\\\\\/","/",g),regsub("\\\\\\\\u","%u",g),json_query("$.model")'`;

const NO_MODEL = errorBody(
  'no "model" in the JSON body, or not within as many bytes as the router keeps (BERTH_BODY_BYTES)',
  REQUEST_ERROR,
  null,
);

const UNKNOWN_MODEL = errorBody(
  'there is no model "%[var(txn.model),json(utf8s)]" here; GET /v1/models lists them',
  REQUEST_ERROR,
  "model_not_found",
);

const UNKNOWN = [
  "backend _unknown",
  `  ${answer(400, NO_MODEL)} unless { var(txn.model) -m found }`,
  `  http-request return status 404 content-type application/json lf-string ${haproxyQuote(UNKNOWN_MODEL)}`,
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
