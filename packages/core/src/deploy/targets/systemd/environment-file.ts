import type { ServerHost } from "../../servers/engine-server.ts";

/** What install.sh puts where the services read it, unless there is one already: comments only, no secret. */
export function environmentFile({ servers }: ServerHost): string {
  const needed = servers.flatMap(({ model, pathVariable }) =>
    model.need === undefined ? [] : [pathVariable],
  );
  return [
    "# Read by Berth's services; NAME=value, a line each. Only root may read it: keys belong here.",
    "# Where the servers listen: 127.0.0.1, or 0.0.0.0 for the network.",
    "# BERTH_HOST=127.0.0.1",
    "# The key of the Hub, for models that need one.",
    "# HF_TOKEN=",
    "# Where the engines are installed, if not in the usual folders.",
    "# PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ...(servers.some(({ triton }) => triton !== undefined)
      ? [
          "# TensorRT-LLM's folder all_models/inflight_batcher_llm, if not where NVIDIA's image has it.",
          "# BERTH_TEMPLATES=",
        ]
      : []),
    ...(needed.length === 0 ? [] : ["# Files to make first; README.md says how."]),
    ...[...new Set(needed)].map((variable) => `# ${variable}=/path/on/this/host`),
    "",
  ].join("\n");
}
