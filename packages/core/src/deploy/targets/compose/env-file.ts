import type { ServerHost } from "../../servers/engine-server.ts";

/** Variables of compose.yaml that are no secrets. Names of models do not stand here, so nothing needs quoting. */
export function envFile({ servers }: ServerHost): string {
  const needed = servers.flatMap(({ model, pathVariable }) =>
    model.need === undefined ? [] : [pathVariable],
  );
  return [
    "# Read by Compose beside compose.yaml. Keys such as HF_TOKEN belong into the environment, not here.",
    "COMPOSE_PROJECT_NAME=berth",
    "# Where the ports are open: 127.0.0.1, or 0.0.0.0 for the network.",
    "BERTH_HOST=127.0.0.1",
    "# A volume, or a folder of the host, for what is fetched from the Hub.",
    "BERTH_HF_CACHE=huggingface",
    ...(needed.length === 0 ? [] : ["# Files to make first; README.md says how."]),
    ...[...new Set(needed)].map((variable) => `# ${variable}=/path/on/this/host`),
    "",
  ].join("\n");
}
