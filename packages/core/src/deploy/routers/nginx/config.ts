import { visible } from "../../text/visible.ts";
import { ROUTED_PATHS, TOO_LARGE, UNAVAILABLE } from "../openai.ts";
import type { Route, RoutedModel, RoutedServer } from "../route.ts";

/** The configuration; start.sh puts addresses and sizes where a name stands between two @. */
export function nginxConfig({ models }: Route): string {
  return `${[HEAD, ...models.map(upstream), server(models), "}"].join("\n\n")}\n`;
}

const HEAD = `# One OpenAI endpoint: router.js reads the "model" of a request's JSON body. start.sh fills in what stands between two @
# and runs it, README.md says more.
daemon off;
pid nginx.pid;
error_log stderr warn;
worker_processes auto;
# Other variables do not reach router.js.
env BERTH_ROUTER_KEY;
env BERTH_SERVER_KEY;

events {
  worker_connections 1024;
}

http {
  access_log off;
  client_body_temp_path temporary;
  proxy_temp_path temporary;
  fastcgi_temp_path temporary;
  uwsgi_temp_path temporary;
  scgi_temp_path temporary;

  js_import router from router.js;
  js_set $server_authorization router.serverAuthorization;

  # router.js can only read a body that is in memory: both sizes must be the same.
  client_max_body_size @BODY_BYTES@;
  client_body_buffer_size @BODY_BYTES@;
  client_body_timeout 5m;
  send_timeout 1h;

  # Pieces of an answer go on as they come.
  proxy_buffering off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Authorization $server_authorization;
  proxy_connect_timeout 5s;
  proxy_send_timeout 5m;
  # Between two pieces of an answer: a long prompt, or a queue, keeps the first one waiting.
  proxy_read_timeout 1h;
  # A POST that a server has got is not sent to another.
  proxy_next_upstream error;`;

/** Least connections: a server with three times the weight holds three times the requests at once. */
function upstream({ name, id, servers }: RoutedModel): string {
  return [
    `  # ${visible(name)}`,
    `  upstream to.${id} {`,
    `    zone to.${id} 64k;`,
    "    least_conn;",
    ...servers.map(serverLine),
    "    keepalive 32;",
    "  }",
  ].join("\n");
}

function serverLine({ endpoint, host, weight }: RoutedServer): string {
  const address = host === undefined ? "127.0.0.1" : `@${host.variable}@`;
  return `    server ${address}:${endpoint.port} weight=${weight} max_fails=1 fail_timeout=10s;`;
}

function server(models: readonly RoutedModel[]): string {
  const paths = ROUTED_PATHS.map((path) => path.slice("/v1/".length)).join("|");
  return [
    "  server {",
    "    listen @LISTEN@;",
    "    default_type application/json;",
    "    error_page 413 @too.large;",
    "    error_page 502 504 @unavailable;",
    "",
    `    location = /health { return 200 "ok"; }`,
    "    location = /v1/models { js_content router.list; }",
    `    location ~ "^/v1/(${paths})$" { js_content router.route; }`,
    "    location / { js_content router.wrongPath; }",
    `    location @too.large { return 413 '${JSON.stringify(TOO_LARGE)}'; }`,
    `    location @unavailable { return 502 '${JSON.stringify(UNAVAILABLE)}'; }`,
    "",
    ...models.flatMap(({ id }) => [
      `    location @to.${id} { proxy_pass http://to.${id}; }`,
      `    location @renamed.${id} { proxy_set_body $renamed_body; proxy_pass http://to.${id}; }`,
    ]),
    "    set $renamed_body '';",
    "  }",
  ].join("\n");
}
