import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, memorySection, openSection, readme } from "../../readme.ts";
import type { ServerHost } from "../../servers/engine-server.ts";
import { HAS_CHECKS } from "../../servers/model-check-script.ts";
import {
  filesSection,
  kvSections,
  kvTypeSection,
  serverTables,
} from "../../servers/readme-sections.ts";

export function composeReadme(plan: PlanDocument, hosts: readonly ServerHost[]): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Serving with Docker Compose",
    "One container a model, pinned to its cards. Those that share a card start one after the other: each waits until the one before it is healthy, since what an engine takes depends on what it finds free.",
    startSection(hosts),
    "## Servers",
    serverTables(hosts, { title: "Service", of: (file) => file }),
    filesSection(servers, NEEDED),
    kvTypeSection(servers, { how: CHECKED, hasVariables: false }),
    memorySection(plan),
    kvSections(plan, (pattern) => `\`docker compose logs | grep '${pattern}'\``),
    "A server is up when `docker compose ps` calls it healthy; `curl http://127.0.0.1:PORT/v1/models` names its model.",
    openSection(plan),
    "## Files",
    FILES,
  ]);
}

function startSection(hosts: readonly ServerHost[]): string {
  const commands = hosts.map(({ name, prefix, servers }) => ({
    name,
    commands: [
      ...(prefix === "" ? [] : [`cd ${prefix.slice(0, -1)}`]),
      ...(servers.some(HAS_CHECKS) ? ["./check-models.sh"] : []),
      "docker compose up --detach",
      "docker compose ps",
    ],
  }));
  return [
    "## Start",
    "With the NVIDIA Container Toolkit installed:",
    hostCommands(commands),
    "The ports are open on 127.0.0.1 and ask for no key; `BERTH_HOST` in `.env` opens them to the network. For models that need a key of the Hub, have `HF_TOKEN` in the environment. After a restart of the host, or of one service, start all again with `docker compose up --detach --force-recreate`: Docker by itself would start them in no order.",
  ].join("\n\n");
}

const NEEDED =
  "These models need files of their own, which nobody else can make. Compose starts nothing until `.env` names them:";

const CHECKED =
  "`check-models.sh` looks into the folders of this host whose files it can see, and ends with an error where one asks for another KV cache. Into a Hub id it can't look; an FP8 cache shows below, in the check of the KV caches: the planned tokens in half of the planned GiB.";

const FILES = `- \`compose.yaml\`: a service a model; \`.env\`: its variables, no secrets
- \`config/*.yaml\`: what TensorRT-LLM reads beside its command, as LlmArgs
- \`plan.json\`: the plan that these files were written from`;
