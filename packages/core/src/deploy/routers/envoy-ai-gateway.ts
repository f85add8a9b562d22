import { launcherFact } from "../../catalog/launcher-catalog.ts";
import { KEY_SECRET, keyManifest } from "./envoy/key.ts";
import { envoyManifests } from "./envoy/manifests.ts";
import { type RouterAbout, routerReadme } from "./readme.ts";
import type { Route } from "./route.ts";
import type { Router } from "./router.ts";
import { ROUTER_FOLDER } from "./router-container.ts";
import { everyName, speaks } from "./rules.ts";
import {
  filledIn,
  ROUTER_PORT,
  type RouterStart,
  RUN_FOLDER_VARIABLE,
  startScript,
} from "./start-script.ts";

/** Envoy AI Gateway: its resources for Kubernetes, which aigw also runs on one machine. */
export const envoyAiGateway: Router<"envoy-ai-gateway"> = {
  id: "envoy-ai-gateway",
  description: "Envoy AI Gateway: resources for Kubernetes, or for aigw on one machine",
  rules: [
    speaks("envoy-ai-gateway", ["openai"]),
    everyName(
      (name) => !HEADER_VALUE.test(name) || PLACEHOLDER.test(name),
      "it must pass through a header: printable ASCII without blanks at its ends, and no @CAPITALS@",
    ),
    everyName(
      (name) => name.includes("$"),
      "aigw takes a dollar sign for the beginning of a variable",
    ),
  ],
  write: (route) => [
    { path: "README.md", text: routerReadme(route, ABOUT), isExecutable: false },
    { path: "gateway.yaml.in", text: envoyManifests(route), isExecutable: false },
    { path: "key.yaml", text: keyManifest(), isExecutable: false },
    { path: "start.sh", text: startScript(route, start(route)), isExecutable: true },
  ],
  start,
  container: {
    image: launcherFact("envoy-ai-gateway", "image"),
    isReadOnly: false,
    healthCheck: () => ["/app", "healthcheck"],
    withoutShell: {
      command: ["/app", "run", `${ROUTER_FOLDER}/gateway.yaml`],
      files: (route) => [
        { path: "gateway.yaml", text: filledManifests(route), isExecutable: false },
      ],
    },
  },
};

/** As start.sh fills them in where nothing is set. */
function filledManifests(route: Route): string {
  return envoyManifests(route).replace("@LISTEN_PORT@", String(ROUTER_PORT));
}

/** What start.sh would fill in. */
const PLACEHOLDER = /@[A-Z0-9_]+@/;

const HEADER_VALUE = /^([!-~]([ -~]*[!-~])?)?$/;

function start({ hosts }: Route): RouterStart {
  return {
    program: "Envoy AI Gateway",
    variables: [
      ["BERTH_ROUTER_PORT", `port to listen on (${ROUTER_PORT})`],
      ["BERTH_ROUTER_KEY", "key that clients must show, on Kubernetes only (none)"],
      [RUN_FOLDER_VARIABLE, "folder for the filled-in resources (run/ beside this file)"],
    ],
    prepare: [
      ...filledIn("gateway.yaml", [
        ["LISTEN_PORT", `\${BERTH_ROUTER_PORT:-${ROUTER_PORT}}`],
        ...hosts.map(({ variable }) => [variable, `$${variable}`] as const),
      ]),
      ...ASK_FOR_KEY,
    ],
    check: 'cat -- "$run/gateway.yaml"',
    run: 'aigw run "$run/gateway.yaml"',
  };
}

/** aigw leaves a Secret of its resources out of what it gives to Envoy Gateway, so that no key could be asked for there. */
const ASK_FOR_KEY: readonly string[] = [
  `if [ -n "\${BERTH_ROUTER_KEY:-}" ]; then`,
  `  if [ "\${1:-}" != check ]; then`,
  "    printf 'start: aigw can not ask for BERTH_ROUTER_KEY; apply the resources on Kubernetes (README.md), or unset it\\n' >&2",
  "    exit 2",
  "  fi",
  `  { printf -- '---\\n' && cat -- "$here/key.yaml"; } >>"$filled"`,
  "fi",
];

const ABOUT: RouterAbout = {
  title: "One endpoint with Envoy AI Gateway",
  check: "prints the filled-in resources, for kubectl apply -f -",
  intro:
    "`start.sh` runs the gateway on this machine with `aigw`, Envoy AI Gateway's command line. For a cluster with Envoy Gateway and Envoy AI Gateway, apply the resources instead: there a server's address must be a name with a dot in it, and loopback is refused.",
  notes: [
    "The gateway reads `model` from a request's body into the header `x-ai-eg-model`, which the rules match. It takes the server with the fewest requests among two picked by weight, leaves out servers that fail their health checks, and tries another only where no connection came about.",
    `On Kubernetes it asks for a key where \`BERTH_ROUTER_KEY\` is set: \`key.yaml\` is a SecurityPolicy that takes every value of a Secret for a key, as \`Authorization: Bearer\`, and keeps it from the servers. The Secret is no part of this bundle:\n\n\`\`\`sh\nkubectl create secret generic ${KEY_SECRET} --from-literal=clients="$BERTH_ROUTER_KEY"\n./router/start.sh check | kubectl apply -f -\n\`\`\``,
    "`aigw` on one machine can't ask for a key, and `start.sh` does not run it where one is set. It listens on all addresses: keep the port closed to others.",
  ],
};
