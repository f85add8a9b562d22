import type { PlanDocument } from "../../../documents/plan-document.ts";
import { hostCommands, memorySection, openSection, readme } from "../../readme.ts";
import { enginesSection, type HostBuilds, tritonSection } from "../../servers/engine-builds.ts";
import type { EngineServer, ServerHost } from "../../servers/engine-server.ts";
import { type EngineWords, wordsOf } from "../../servers/engine-words.ts";
import {
  filesSection,
  kvSections,
  kvTypeSection,
  serverTables,
} from "../../servers/readme-sections.ts";
import { markdownCode, markdownText } from "../../text/markdown.ts";
import type { ScriptWords } from "./words.ts";

interface Written {
  readonly plan: PlanDocument;
  readonly hosts: readonly ServerHost[];
  readonly words: ScriptWords;
  readonly builds: readonly HostBuilds[];
}

/** The README of a bundle of start scripts, all for one engine. */
export function serversReadme({ plan, hosts, words, builds }: Written): string {
  const servers = [...new Set(hosts.flatMap((host) => host.servers))];
  return readme([
    `# ${words.title ?? `Serving with ${servers[0] === undefined ? "" : wordsOf(servers[0].deployment.engine.id).program}`}`,
    words.intro,
    startSection(hosts, servers, words),
    hostsSection(servers),
    "## Servers",
    serverTables(hosts),
    nameSection(servers),
    filesSection(servers),
    enginesSection(
      builds,
      "The model's own files must lie in the folders below. Where TensorRT-LLM and its examples are installed, run `build.sh` of each host.",
    ),
    kvTypeSection(servers),
    memorySection(plan),
    kvSections(plan, (pattern) => `\`grep '${pattern}' logs/*.log\``),
    "A server is up when `curl -f http://127.0.0.1:PORT/health` succeeds; `curl http://127.0.0.1:PORT/v1/models` names its model.",
    tritonSection(servers),
    openSection(plan),
    "## Files",
    words.files,
  ]);
}

function startSection(
  hosts: readonly ServerHost[],
  servers: readonly EngineServer[],
  { elsewhere }: ScriptWords,
): string {
  const images = [...new Set(servers.map(({ image }) => `${image.name}:${image.tag}`))];
  const commands = hosts.map(({ name, prefix }) => ({
    name,
    commands: [`./${prefix}start-all.sh`],
  }));
  const helps = servers.map(({ deployment }): EngineWords => wordsOf(deployment.engine.id));
  return [
    "## Start",
    `Inside ${images.map(markdownCode).join(" or ")}, or ${elsewhere}, with all cards of the host visible and \`--ipc=host\`:`,
    hostCommands(commands),
    "It needs `curl`, waits for each server's `/health` before it starts the next, and stops what it started, newest first, when one fails or ends later: it then ends with an error, so that whatever supervises it can start all again in order. The servers listen on 127.0.0.1 and ask for no key; `BERTH_HOST=0.0.0.0` opens them to the network (in a container that is needed).",
    `Flags differ between versions: ${[...new Set(helps.map(({ help }) => markdownCode(help)))].join(" or ")} lists those of yours.`,
  ].join("\n\n");
}

/** How the hosts of a server find each other, where one has several. */
function hostsSection(servers: readonly EngineServer[]): string {
  const wide = servers.filter(({ nodes }) => nodes.length > 1);
  if (wide.length === 0) {
    return "";
  }
  const variables = wide.flatMap(({ nodes }) =>
    nodes.map(
      ({ host, addressVariable }) => `- ${markdownCode(addressVariable)}: ${markdownText(host)}`,
    ),
  );
  return [
    "## Over several hosts",
    `${wide.map(({ deployment }) => markdownText(deployment.model)).join(", ")}: start all hosts at about the same time, with \`BERTH_HOST\` set to an address that the others reach (or 0.0.0.0). A host is called by the plan's name for it, unless a variable holds its address:`,
    [...new Set(variables)].join("\n"),
    ...(wide.some(({ spread }) => spread.kind === "mpi") ? [BY_MPI] : []),
  ].join("\n\n");
}

const BY_MPI =
  "The first host starts the ranks of all with `mpirun`, rank by rank in the order of hosts: this folder and the model's files must be at the same place on all of them, the same TensorRT-LLM and Open MPI installed, and ssh must reach them without a password.";

/** Versions without a flag for it call a model by its source. */
function nameSection(servers: readonly EngineServer[]): string {
  const own = servers.filter(({ servedName }) => servedName === undefined);
  return own.length === 0
    ? ""
    : `TensorRT-LLM ${[...new Set(own.map(({ deployment }) => markdownText(deployment.engine.version)))].join(", ")} has no flag for the served name: \`/v1/models\` shows the Hub id, or the name of the folder that holds the model.`;
}
