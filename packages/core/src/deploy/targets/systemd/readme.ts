import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, memorySection, openSection, readme } from "../../readme.ts";
import { ROUTER_PORT } from "../../routers/start-script.ts";
import {
  engineFilesLine,
  enginesSection,
  type HostBuilds,
  tritonSection,
} from "../../servers/engine-builds.ts";
import type { ServerHost } from "../../servers/engine-server.ts";
import {
  filesSection,
  kvSections,
  kvTypeSection,
  serverTables,
} from "../../servers/readme-sections.ts";
import type { SystemdRouter } from "./router-files.ts";
import {
  ENVIRONMENT_FILE,
  FOLDER,
  ROUTER_ENVIRONMENT_FILE,
  ROUTER_UNIT,
  unitName,
} from "./units.ts";

interface SystemdBundle {
  readonly hosts: readonly ServerHost[];
  readonly router: SystemdRouter | undefined;
  readonly builds: readonly HostBuilds[];
}

export function systemdReadme(
  plan: PlanDocument,
  { hosts, router, builds }: SystemdBundle,
): string {
  const servers = hosts.flatMap((host) => host.servers);
  return readme([
    "# Serving with systemd",
    "One service a model, pinned to its cards. A service counts as started when its server answers, and those on a shared card start one after the other: what an engine takes depends on what it finds free.",
    startSection(hosts),
    router === undefined ? "" : endpointSection(router),
    "## Servers",
    serverTables(hosts, { title: "Unit", of: unitName }),
    filesSection(servers),
    enginesSection(builds, buildCommands(builds)),
    kvTypeSection(servers),
    memorySection(plan),
    kvSections(plan, (pattern) => `\`journalctl -u 'berth-*' | grep '${pattern}'\``),
    `A server is up when \`systemctl status 'berth-*'\` calls it active${servers.every(({ triton }) => triton !== undefined) ? "." : "; `curl http://127.0.0.1:PORT/v1/models` names its model."}`,
    tritonSection(servers),
    openSection(plan),
    "## Files",
    `${engineFilesLine(builds)}${FILES}`,
  ]);
}

function buildCommands(builds: readonly HostBuilds[]): string {
  const commands = builds.map(({ host: name, prefix }) => ({
    name,
    commands: [`./${prefix}build.sh`],
  }));
  return `The model's own files must lie in the folders below; with TensorRT-LLM and its examples installed (\`BERTH_TRTLLM_EXAMPLES\`), or in its image:\n\n${hostCommands(commands)}\n\n\`BERTH_TEMPLATES\` in \`${ENVIRONMENT_FILE}\` names the folder \`all_models/inflight_batcher_llm\` of TensorRT-LLM, where it is not where NVIDIA's image has it.`;
}

function startSection(hosts: readonly ServerHost[]): string {
  const commands = hosts.map(({ name, prefix }) => ({
    name,
    commands: [
      `sudo ./${prefix}install.sh`,
      `sudo editor ${ENVIRONMENT_FILE}`,
      "sudo systemctl enable --now berth.target",
    ],
  }));
  return [
    "## Start",
    "On hosts with the engines installed, and `curl`:",
    hostCommands(commands),
    `The services read \`${ENVIRONMENT_FILE}\`: keys, the address to listen on, paths of models, and \`PATH\` where an engine is in a folder of its own. They listen on 127.0.0.1 and ask for no key. They run as root; \`systemctl edit\` gives one another user. A service that ends with an error starts again by itself; its own limits keep it to what the plan gives it, and \`systemctl restart berth.target\` starts all in order.`,
  ].join("\n\n");
}

function endpointSection({ program, route }: SystemdRouter): string {
  const isBeside = route.hosts.length === 0;
  return [
    "## One endpoint",
    isBeside
      ? `\`${ROUTER_UNIT}\` runs ${program} as one OpenAI endpoint in front of all servers: http://127.0.0.1:${ROUTER_PORT}/v1. \`install.sh\` installs it too, \`berth.target\` starts it once the servers answer or failed, and ends it before them.`
      : `\`router/\` makes one OpenAI endpoint of all hosts' servers. On the host that is to have it, which need not have a card, with the servers open to it (\`BERTH_HOST\` in their \`${ENVIRONMENT_FILE}\`, in a network that you trust):\n\n\`\`\`sh\nsudo ./router/install.sh\nsudo editor ${ROUTER_ENVIRONMENT_FILE}\nsudo systemctl enable --now ${ROUTER_UNIT}\n\`\`\``,
    `${program} must be installed. It runs as a user of its own without rights, starts again by itself, and reads \`${ROUTER_ENVIRONMENT_FILE}\`: where it listens, and keys. \`router/README.md\` says what it does and what can be set.`,
  ].join("\n\n");
}

const FILES = `- \`install.sh\`: puts the files into \`${FOLDER}\` and the units into \`/etc/systemd/system\`
- \`units/*.service\`, \`units/berth.target\`: a service a model, and all of them
- \`start/*.sh\`: starts one server, with its environment; \`config/*.yaml\`: what TensorRT-LLM reads
- \`wait-ready.sh\`: waits until a server answers
- \`berth.env\`: what \`${ENVIRONMENT_FILE}\` begins with, no secrets
- \`plan.json\`: the plan that these files were written from`;
