import { ROUTER_PORT } from "../../routers/start-script.ts";
import type { ServerHost } from "../../servers/engine-server.ts";
import { mayBeOther } from "./model-mount.ts";

const ROUTER: readonly string[] = [
  "# Where the endpoint is open. The key that clients must show, BERTH_ROUTER_KEY, belongs into the environment.",
  "BERTH_ROUTER_HOST=127.0.0.1",
  `BERTH_ROUTER_PORT=${ROUTER_PORT}`,
];

/** Variables of compose.yaml that are no secrets. Names of models do not stand here, so nothing needs quoting. */
export function envFile({ servers }: ServerHost, hasRouter = false): string {
  const needed = servers.flatMap(({ model, pathVariable }) =>
    model.need === undefined ? [] : [pathVariable],
  );
  const others = servers.flatMap((server) =>
    server.model.need === undefined && mayBeOther(server) ? [server.pathVariable] : [],
  );
  return [
    "# Read by Compose beside compose.yaml. Keys such as HF_TOKEN belong into the environment, not here.",
    "COMPOSE_PROJECT_NAME=berth",
    "# Where the ports are open: 127.0.0.1, or 0.0.0.0 for the network.",
    "BERTH_HOST=127.0.0.1",
    "# A volume, or a folder of the host, for what is fetched from the Hub.",
    "BERTH_HF_CACHE=huggingface",
    ...(hasRouter ? ROUTER : []),
    ...(needed.length === 0 ? [] : ["# Files to make first; README.md says how."]),
    ...lines(needed),
    ...(others.length === 0
      ? []
      : [
          "# Files of this host, whole path, in place of what the plan names: of the Hub, or elsewhere.",
        ]),
    ...lines(others),
    "",
  ].join("\n");
}

function lines(variables: readonly string[]): readonly string[] {
  return [...new Set(variables)].map((variable) => `# ${variable}=/path/on/this/host`);
}
