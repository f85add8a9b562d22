import { launcherFact } from "../../catalog/launcher-catalog.ts";
import { nginxConfig } from "./nginx/config.ts";
import { ROUTER_MODULE, routesModule } from "./nginx/script.ts";
import { type RouterAbout, routerReadme } from "./readme.ts";
import type { Route, RoutedHost } from "./route.ts";
import type { Router } from "./router.ts";
import { speaks } from "./rules.ts";
import {
  filledIn,
  KEY_VARIABLES,
  LISTEN_VARIABLES,
  ROUTER_PORT,
  type RouterStart,
  RUN_FOLDER_VARIABLE,
  startScript,
} from "./start-script.ts";

/** nginx with its own JavaScript module: nginx alone can't look into a body. */
export const nginx: Router<"nginx"> = {
  id: "nginx",
  description:
    "nginx with its njs module: routes on the model of the JSON body, and rewrites other names for it",
  rules: [speaks("nginx", ["openai"])],
  write: (route) => [
    { path: "README.md", text: routerReadme(route, ABOUT), isExecutable: false },
    { path: "nginx.conf.in", text: nginxConfig(route), isExecutable: false },
    { path: "router.js", text: ROUTER_MODULE, isExecutable: false },
    { path: "routes.js", text: routesModule(route), isExecutable: false },
    { path: "start.sh", text: startScript(route, start(route)), isExecutable: true },
  ],
  start,
  container: {
    image: launcherFact("nginx", "image"),
    user: "101:101",
    isReadOnly: true,
    healthCheck: (url) => ["wget", "-q", "-T", "5", "-O", "/dev/null", `${url}/health`],
  },
};

const BODY_BYTES = String(launcherFact("nginx", "bodyBytes"));

const NGINX = 'nginx -p "$run" -c "$run/nginx.conf" -g "load_module \\"$module\\";"';

function start({ hosts }: Route): RouterStart {
  return {
    program: "nginx",
    variables: [
      ...LISTEN_VARIABLES,
      ...KEY_VARIABLES,
      ["BERTH_BODY_BYTES", `largest request (${BODY_BYTES})`],
      ["BERTH_NJS_MODULE", "ngx_http_js_module.so, where it is at none of its usual places"],
      [
        RUN_FOLDER_VARIABLE,
        "folder for the filled-in configuration and temporary files (run/ beside this file)",
      ],
    ],
    prepare: prepare(hosts),
    check: `${NGINX} -t`,
    run: NGINX,
    healthPath: "/health",
  };
}

function prepare(hosts: readonly RoutedHost[]): readonly string[] {
  return [
    `module=\${BERTH_NJS_MODULE:-}`,
    `for file in ${MODULE_FOLDERS.map((folder) => `${folder}/ngx_http_js_module.so`).join(" ")}; do`,
    '  if [ -z "$module" ] && [ -f "$file" ]; then module=$file; fi',
    "done",
    'if [ -z "$module" ]; then',
    "  printf 'start: nginx needs its njs module (Debian: libnginx-mod-http-js); or set BERTH_NJS_MODULE\\n' >&2",
    "  exit 2",
    "fi",
    ...filledIn("nginx.conf", [
      ["LISTEN", `\${BERTH_ROUTER_HOST:-127.0.0.1}:\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}`],
      ["BODY_BYTES", `\${BERTH_BODY_BYTES:-${BODY_BYTES}}`],
      ...hosts.map(({ variable }) => [variable, `$${variable}`] as const),
    ]),
    'cp -- "$here/router.js" "$here/routes.js" "$run/"',
  ];
}

const MODULE_FOLDERS = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/etc/nginx/modules"];

const ABOUT: RouterAbout = {
  title: "One endpoint with nginx",
  check: "looks at the configuration only",
  intro:
    "nginx can't look into a body by itself: its own module njs does (Debian: `nginx-light` and `libnginx-mod-http-js`; nginx's own images have it). It reads `model` at the top of a request's JSON body, takes the server with the fewest requests for its weight, and sends the answer on piece by piece. A server that refuses a connection is left out for 10 seconds; another is tried only then, so no request runs twice. nginx has no health checks of its own.",
  notes: [
    `A body may have ${BODY_BYTES} bytes (\`BERTH_BODY_BYTES\`) and is kept in memory until a server has it. It goes on as it came; only where a client asks by another name than the servers answer to, it is written anew with that name.`,
    "With `BERTH_ROUTER_KEY` set, clients must send it as `Authorization: Bearer`; servers get `BERTH_SERVER_KEY` instead, or no key. Only `/v1/chat/completions`, `/v1/completions`, `/v1/embeddings` and `/v1/responses` are forwarded; `/v1/models` and `/health` are answered by nginx itself.",
    "`start.sh` fills addresses and sizes into `nginx.conf.in` and runs nginx in the foreground from `run/`, without root; nothing of the system's own nginx is read or changed.",
  ],
};
