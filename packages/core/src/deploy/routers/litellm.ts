import { launcherFact } from "../../catalog/launcher-catalog.ts";
import { litellmConfig, serverUrls } from "./litellm/config.ts";
import { LITELLM_NAMES } from "./litellm/rules.ts";
import { type RouterAbout, routerReadme } from "./readme.ts";
import type { Route } from "./route.ts";
import type { Router } from "./router.ts";
import {
  KEY_VARIABLES,
  LISTEN_VARIABLES,
  ROUTER_PORT,
  type RouterStart,
  startScript,
} from "./start-script.ts";

/** LiteLLM's proxy: it reads and writes every request, and translates for Triton. */
export const litellm: Router<"litellm"> = {
  id: "litellm",
  description:
    "LiteLLM's proxy: rewrites names, translates OpenAI's requests for Triton's ensembles, keeps keys and budgets",
  rules: LITELLM_NAMES,
  write: (route) => [
    { path: "README.md", text: routerReadme(route, about(route)), isExecutable: false },
    { path: "config.yaml", text: litellmConfig(route), isExecutable: false },
    { path: "start.sh", text: startScript(route, start(route)), isExecutable: true },
  ],
  start,
  container: {
    image: launcherFact("litellm", "image"),
    isReadOnly: false,
    healthCheck: (url) => [
      "python3",
      "-c",
      "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=5)",
      `${url}${HEALTH}`,
    ],
  },
};

/** Asks no server. */
const HEALTH = "/health/liveliness";

function start(route: Route): RouterStart {
  return {
    program: "LiteLLM",
    variables: [...LISTEN_VARIABLES, ...KEY_VARIABLES],
    prepare: [
      "# An empty key would still be asked for; LiteLLM's client of the servers must have one.",
      `if [ -z "\${BERTH_ROUTER_KEY:-}" ]; then unset BERTH_ROUTER_KEY; fi`,
      `export BERTH_SERVER_KEY="\${BERTH_SERVER_KEY:-none}"`,
      ...serverUrls(route).flatMap(({ variable, url }) =>
        variable === undefined ? [] : [`export ${variable}="${url}"`],
      ),
    ],
    run: `litellm --config "$here/config.yaml" --host "\${BERTH_ROUTER_HOST:-127.0.0.1}" --port "\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}"`,
    healthPath: HEALTH,
  };
}

function about({ models }: Route): RouterAbout {
  const hasTriton = models.some(({ servers }) =>
    servers.some(({ endpoint }) => endpoint.api === "triton-ensemble"),
  );
  return {
    title: "One endpoint with LiteLLM",
    intro:
      "LiteLLM's proxy (`pip install 'litellm[proxy]'`; pin its version). It picks a server of the model at random by weight, and leaves one out for 30 seconds after its first failure.",
    notes: [
      ...(hasTriton ? [TRITON] : []),
      "With `BERTH_ROUTER_KEY` set, clients must send it as `Authorization: Bearer`; servers get `BERTH_SERVER_KEY`. `/health/liveliness` and `/health/readiness` ask no server; every five minutes a short request to each looks whether it answers, and `/health` shows the result.",
      "A request that fails before its answer began is sent again, to another server of the model where there is one: a server may see it twice.",
    ],
  };
}

const TRITON =
  "Triton's ensembles take ready text and few settings: LiteLLM joins the messages of a chat by a template of its own, not the model's, and passes only `max_tokens`. For chat with the model's template and all settings, plan the models for the engine `tensorrt-llm` and serve them with `trtllm-serve`.";
