import { llamaSwapConfig } from "./llama-swap/config.ts";
import { conflicts } from "./llama-swap/together.ts";
import { type RouterAbout, routerReadme } from "./readme.ts";
import type { Route } from "./route.ts";
import type { Router, RouterRule } from "./router.ts";
import { everyName, speaks } from "./rules.ts";
import {
  LISTEN_VARIABLES,
  ROUTER_PORT,
  type RouterStart,
  RUN_FOLDER_VARIABLE,
  startScript,
} from "./start-script.ts";

/** llama-swap starts the servers itself, one a model, on its own host. */
export const llamaSwap: Router<"llama-swap"> = {
  id: "llama-swap",
  description:
    "llama-swap: starts each model's server itself, when the model is asked for, on one host",
  rules: [
    speaks("llama-swap", ["openai"]),
    oneServerEach,
    everyName((name) => /\$\{/.test(name), `llama-swap takes \${…} for a macro`),
  ],
  write: (route) => [
    { path: "README.md", text: routerReadme(route, about(route)), isExecutable: false },
    { path: "config.yaml", text: llamaSwapConfig(route), isExecutable: false },
    { path: "start.sh", text: startScript(route, START), isExecutable: true },
  ],
  start: () => START,
};

/**
 * It balances nothing and reaches no other host's processes, and it needs a script for each server. Where some servers take
 * other requests, `speaks` names the one way out: what would be said here names ways that are closed.
 */
function oneServerEach({ plan, models, keptBy }: Route): ReturnType<RouterRule> {
  const router = "llama-swap";
  if (models.some(({ servers }) => servers.some(({ endpoint }) => endpoint.api !== "openai"))) {
    return [];
  }
  if (keptBy !== undefined) {
    return [{ code: "starts-twice", by: keptBy, router }];
  }
  return [
    ...(cardHosts(plan, models).size > 1 ? [{ code: "several-hosts", router } as const] : []),
    ...models.flatMap(({ name, servers }) => [
      ...(servers.length > 1
        ? [{ code: "several-servers", model: name, count: servers.length, router } as const]
        : []),
      ...(servers.some(({ endpoint }) => endpoint.script === undefined)
        ? [{ code: "no-script", model: name, router } as const]
        : []),
    ]),
  ];
}

function cardHosts({ gpus }: Route["plan"], models: Route["models"]): ReadonlySet<string> {
  const endpoints = models.flatMap(({ servers }) => servers.map(({ endpoint }) => endpoint));
  const cards = endpoints.flatMap(({ deployments }) => deployments.flatMap((each) => each.gpus));
  return new Set([
    ...endpoints.map(({ host }) => host),
    ...gpus.filter(({ id }) => cards.includes(id)).map(({ host }) => host),
  ]);
}

const START: RouterStart = {
  program: "llama-swap",
  variables: [
    ...LISTEN_VARIABLES,
    ["BERTH_ROUTER_KEY", "key that clients must show (none)"],
    [
      RUN_FOLDER_VARIABLE,
      "folder for the configuration with the key's name (run/ beside this file)",
    ],
  ],
  prepare: [
    `run=\${BERTH_RUN_DIR:-$here/run}`,
    'mkdir -p -- "$run"',
    `run=$(CDPATH='' cd -- "$run" && pwd)`,
    'cp -- "$here/config.yaml" "$run/config.yaml"',
    `if [ -n "\${BERTH_ROUTER_KEY:-}" ]; then`,
    "  # llama-swap reads the key from the environment itself.",
    "  # shellcheck disable=SC2016",
    `  printf '%s\\n' 'apiKeys: ["\${env.BERTH_ROUTER_KEY}"]' >>"$run/config.yaml"`,
    "fi",
    "# The servers' scripts are named from the bundle's folder.",
    'cd -- "$here/.."',
  ],
  run: `llama-swap -config "$run/config.yaml" -listen "\${BERTH_ROUTER_HOST:-127.0.0.1}:\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}"`,
};

function about(route: Route): RouterAbout {
  const isSwapping = conflicts(route).length > 0;
  return {
    title: "One endpoint with llama-swap",
    intro:
      "llama-swap starts the servers of this bundle itself, by their scripts in `start/`: do not start them by `start-all.sh` or as services as well.",
    notes: [
      isSwapping ? SWAPPING : RESIDENT,
      "A server that must be told where its files are reads its `MODEL_PATH_…` variable from llama-swap's own environment. With `BERTH_ROUTER_KEY` set, clients must send it as `Authorization: Bearer`.",
    ],
  };
}

const RESIDENT =
  "All models are loaded at start, in the plan's order, and stay loaded. No two of them share a card where the order of starts would matter.";

const SWAPPING =
  "**Not all models are loaded at once.** llama-swap starts servers in the order in which they are asked for, and what a server takes of a shared card depends on the order. Models that share a card therefore take turns (`matrix` in `config.yaml`): one is stopped before the other starts. For all models at once, as planned, start the bundle by its own scripts and put `haproxy`, `nginx` or `litellm` in front.";
