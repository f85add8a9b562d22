import type { PlanDocument } from "../../documents/plan-document.ts";
import type { Artifact } from "../artifact.ts";
import { planJson } from "../plan-json.ts";
import { ONE_HOST_RULES, onlyEngine } from "../rules.ts";
import { serverEndpoints } from "../servers/endpoints.ts";
import { hostBuilds } from "../servers/engine-builds.ts";
import type { EngineLauncher } from "../servers/engine-launcher.ts";
import { type EngineServer, isFollower, type ServerHost } from "../servers/engine-server.ts";
import { serverHosts } from "../servers/engine-servers.ts";
import { HOST_RULES } from "../servers/host-rules.ts";
import { mpiScript } from "../servers/mpi-script.ts";
import { startAllOnHost } from "../servers/start-all-hosts.ts";
import { startScript } from "../servers/start-script.ts";
import { serversReadme } from "./server-scripts/readme.ts";
import type { ScriptWords } from "./server-scripts/words.ts";
import type { RenderOptions, Target } from "./target.ts";

interface ScriptTarget<Id extends string> {
  readonly id: Id;
  readonly description: string;
  readonly launcher: EngineLauncher;
  readonly words: ScriptWords;
}

/** The target that starts one engine by scripts: one a server, and one that starts all in order. */
export function scriptTarget<Id extends string>({
  id,
  description,
  launcher,
  words,
}: ScriptTarget<Id>): Target<Id> {
  return {
    id,
    description,
    rules: [
      onlyEngine(launcher.engine),
      ...(launcher.overHosts === undefined ? ONE_HOST_RULES : HOST_RULES),
      ...launcher.rules,
    ],
    endpoints: (plan, options) => serverEndpoints(serverHosts(plan, options)),
    write: (plan, options) => scriptFiles(plan, { options, words }),
  };
}

/** The bundle of start scripts of a plan, whatever its engines are. */
export function scriptFiles(
  plan: PlanDocument,
  { options, words }: { readonly options: RenderOptions; readonly words: ScriptWords },
): readonly Artifact[] {
  const hosts = serverHosts(plan, options);
  const builds = hostBuilds(plan, options);
  return [
    text("README.md", serversReadme({ plan, hosts, words, builds })),
    text("plan.json", planJson(plan)),
    ...hosts.flatMap((host) => hostFiles(host, hosts)),
    ...builds.map(({ prefix, script: build }) => script(`${prefix}build.sh`, build)),
  ];
}

function hostFiles(host: ServerHost, hosts: readonly ServerHost[]): readonly Artifact[] {
  const { prefix, servers } = host;
  return [
    script(`${prefix}start-all.sh`, startAllOnHost(host, hosts)),
    ...servers.flatMap((server) => [
      ...server.files.map((file) => text(`${prefix}${file.path}`, file.text)),
      ...scripts(server, host, hosts),
    ]),
  ];
}

/** What this host runs of a server. With MPI the first host starts the ranks of all. */
function scripts(
  server: EngineServer,
  { name, prefix }: ServerHost,
  hosts: readonly ServerHost[],
): readonly Artifact[] {
  const own = server.nodes.find(({ host }) => host === name) ?? server.nodes[0];
  if (server.spread.kind !== "mpi") {
    return [script(`${prefix}start/${server.file}.sh`, startScript(server, own))];
  }
  return [
    script(`${prefix}ranks/${server.file}.sh`, startScript(server, own)),
    ...(isFollower(server, name)
      ? []
      : [script(`${prefix}start/${server.file}.sh`, mpiScript(server, hosts))]),
  ];
}

function text(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: false };
}

function script(path: string, content: string): Artifact {
  return { path, text: content, isExecutable: true };
}
