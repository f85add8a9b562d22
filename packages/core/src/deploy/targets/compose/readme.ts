import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, memorySection, openSection, readme } from "../../readme.ts";
import type { Route } from "../../routers/route.ts";
import { ROUTER_PORT } from "../../routers/start-script.ts";
import {
  engineFilesLine,
  enginesSection,
  type HostBuilds,
  tritonSection,
} from "../../servers/engine-builds.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { HAS_CHECKS } from "../../servers/model-check-script.ts";
import {
  filesSection,
  kvSections,
  kvTypeSection,
  serverTables,
} from "../../servers/readme-sections.ts";
import { shellQuote } from "../../text/shell.ts";
import type { ComposeRouter } from "./router-files.ts";

interface ComposeBundle {
  readonly hosts: readonly ServerHost[];
  readonly router: ComposeRouter | undefined;
  readonly builds: readonly HostBuilds[];
}

export function composeReadme(
  plan: PlanDocument,
  { hosts, router, builds }: ComposeBundle,
): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Serving with Docker Compose",
    "One container a model, pinned to its cards. Those that share a card start one after the other: each waits until the one before it is healthy, since what an engine takes depends on what it finds free.",
    startSection(hosts),
    router === undefined ? "" : endpointSection(router),
    "## Servers",
    serverTables(hosts, { title: "Service", of: (file) => file }),
    filesSection(servers, NEEDED),
    enginesSection(builds, buildCommands(builds, servers)),
    kvTypeSection(servers, CHECKED),
    memorySection(plan),
    kvSections(plan, (pattern) => `\`docker compose logs | grep '${pattern}'\``),
    `A server is up when \`docker compose ps\` calls it healthy${servers.every(({ triton }) => triton !== undefined) ? "." : "; `curl http://127.0.0.1:PORT/v1/models` names its model."}`,
    tritonSection(servers),
    openSection(plan),
    "## Files",
    `${engineFilesLine(builds)}${FILES}`,
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
    "The ports are open on 127.0.0.1 and ask for no key; `BERTH_HOST` in `.env` opens them to the network. For models that need a key of the Hub, have `HF_TOKEN` in the environment. `.env` lists the variables that name other files for a model. After a restart of the host, or of one service, start all again with `docker compose up --detach --force-recreate`: Docker by itself would start them in no order.",
  ].join("\n\n");
}

function endpointSection(router: ComposeRouter): string {
  return ["## One endpoint", ...ENDPOINT[router.runs](router), ROUTER_MORE].join("\n\n");
}

const ENDPOINT: Readonly<
  Record<ComposeRouter["runs"], (router: ComposeRouter) => readonly string[]>
> = {
  beside: ({ hasVariables, service }) => [
    `The service \`${service?.name ?? ""}\` is one OpenAI endpoint in front of all others: http://127.0.0.1:${ROUTER_PORT}/v1. It starts once they are healthy, is asked for its health as they are, and starts again by itself. It is on the host's own network, where it reaches the others on 127.0.0.1: leave \`BERTH_HOST\` at that, or at 0.0.0.0.`,
    hasVariables
      ? "`BERTH_ROUTER_HOST` and `BERTH_ROUTER_PORT` in `.env` say where it listens. It asks for a key where `BERTH_ROUTER_KEY` is in the environment of `docker compose up`."
      : `Its image has no shell, so that \`router/gateway.yaml\` is what it reads: its port stands there, and \`.env\` changes nothing of it.`,
  ],
  alone: ({ route }) => [
    `\`router/\` is a project of its own, for the host that is to have the endpoint; copy the folder there. The servers must be open to that host (\`BERTH_HOST\` in their \`.env\`, in a network that you trust):\n\n\`\`\`sh\ncd router\n${addresses(route)} docker compose up --detach\n\`\`\``,
    "Without a variable the host's name in the plan is its address. It asks for a key where `BERTH_ROUTER_KEY` is in the environment.",
  ],
  "no-service": () => [
    "`./router/start.sh` starts it, where its program is installed: its image has no shell to fill in the addresses of several hosts.",
  ],
};

const ROUTER_MORE = "`router/README.md` says what it does and what can be set.";

function addresses({ hosts }: Route): string {
  return hosts.map(({ variable, address }) => `${variable}=${address ?? "ADDRESS"}`).join(" ");
}

/** In the image that serves them: it has the tools, and their engines load in no other version. */
function buildCommands(builds: readonly HostBuilds[], servers: readonly EngineServer[]): string {
  const commands = builds.map(({ host: name, prefix }) => {
    const own = servers.filter(
      ({ gpus, triton }) => triton !== undefined && gpus[0]?.host === name,
    );
    const images = [...new Set(own.map(({ image }) => `${image.name}:${image.tag}`))];
    const folders = [...new Set(own.flatMap(({ triton }) => triton?.folders ?? []))];
    const mounts = folders.map((folder) => `-v ${shellQuote(`${folder}:${folder}`)}`).join(" ");
    return {
      name,
      commands: images.map(
        (image) =>
          `docker run --rm --gpus all --ipc=host ${mounts} -v "$PWD/${prefix}build.sh:/build.sh:ro" ${shellQuote(image)} sh /build.sh`,
      ),
    };
  });
  return `The model's own files must lie in the folders below, and \`build.sh\` runs in the image that serves them:\n\n${hostCommands(commands)}`;
}

const NEEDED =
  "These models need files of their own, which nobody else can make. Compose starts nothing until `.env` names them:";

const CHECKED =
  "`check-models.sh` looks into the folders that `compose.yaml` would mount, and ends with an error where one asks for another KV cache. Into a Hub id it can't look; an FP8 cache shows below, in the check of the KV caches: the planned tokens in half of the planned GiB.";

const FILES = `- \`compose.yaml\`: a service a model; \`.env\`: its variables, no secrets
- \`config/*.yaml\`: what TensorRT-LLM reads beside its command, as LlmArgs
- \`plan.json\`: the plan that these files were written from`;
