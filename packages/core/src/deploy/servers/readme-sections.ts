import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import type { EngineId } from "../../engine/engine.ts";
import { kvSectionByLogs } from "../readme.ts";
import { markdownCode, markdownTable, markdownText } from "../text/markdown.ts";
import type { EngineServer, ServerHost } from "./engine-server.ts";
import { wordsOf } from "./engine-words.ts";

/** The servers of each host in start order. */
export function serverTables(
  hosts: readonly ServerHost[],
  last: LastColumn = { title: "Script", of: (file) => `${file}.sh` },
): string {
  return hosts.map((host) => serverTable(host, { hasTitle: hosts.length > 1, last })).join("\n\n");
}

/** What stands for a server in the bundle. */
interface LastColumn {
  readonly title: string;
  readonly of: (file: string) => string;
}

function serverTable(
  { name, servers }: ServerHost,
  { hasTitle, last }: { readonly hasTitle: boolean; readonly last: LastColumn },
): string {
  const rows = servers.map(({ deployment, port, file, gpus }, at) => [
    String(at + 1),
    markdownText(deployment.model),
    String(deployment.replica),
    String(port),
    gpus.map(({ id }) => markdownText(id)).join(", "),
    `${deployment.tp} × ${deployment.pp}`,
    `${deployment.quantization}, KV ${deployment.kvCacheDtype}`,
    markdownCode(last.of(file)),
  ]);
  const head = ["Step", "Model", "Replica", "Port", "Cards", "TP × PP", "Weights", last.title];
  const table = markdownTable(head, rows, ["Step", "Replica", "Port"]);
  return hasTitle ? `### ${markdownText(name)}\n\n${table}` : table;
}

/** The models whose files must be made first. Empty where there are none. */
export function filesSection(servers: readonly EngineServer[], intro?: string): string {
  const needy = servers.filter(({ model }) => model.need !== undefined);
  const lines = needy.map(neededFiles);
  return lines.length === 0
    ? ""
    : [
        "## Checkpoints to make first",
        ...(intro === undefined
          ? [...new Set(needy.map(({ deployment }) => wordsOf(deployment.engine.id).needs))]
          : [intro]),
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

function neededFiles({ deployment, pathVariable, model: { need } }: EngineServer): string {
  const { model, quantization, source, engine } = deployment;
  const how = wordsOf(engine.id).howToGet[quantization];
  return `- ${markdownText(model)} (${markdownCode(source)}): ${need?.change ?? ""}; ${how}; then set ${markdownCode(pathVariable)}`;
}

const BY_START_SCRIPTS =
  "The start scripts refuse a folder whose files do. Into a Hub id they can't look, and say so in the log; " +
  "an FP8 cache shows below, in the check of the KV caches: the planned tokens in half of the planned GiB.";

/** What the plan says of the KV cache and no setting can force; `looked`: how the models' files are looked into. */
export function kvTypeSection(
  servers: readonly EngineServer[],
  looked: string = BY_START_SCRIPTS,
): string {
  const models = servers.filter(({ checks }) => checks.length > 0);
  const engines = [...new Set(models.map(({ deployment }) => deployment.engine.id))];
  const lines = models.map(
    ({ deployment, pathVariable }) =>
      `- ${markdownText(deployment.model)} (${markdownCode(deployment.source)}): ${deployment.kvCacheDtype}, ${markdownCode(pathVariable)}`,
  );
  return lines.length === 0
    ? ""
    : [
        "## KV caches in 16 bits",
        `${engines.map((engine) => wordsOf(engine).kvAuto).join("\n\n")} ${looked} Planned with 16 bits, and checked where the variable names a folder:`,
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

/** What each engine should say of its KV cache; `look` is the command that finds a pattern in the logs. */
export function kvSections(plan: PlanDocument, look: (pattern: string) => string): string {
  const engines = [...new Set(plan.deployments.map(({ engine }) => engine.id))];
  return kvSectionByLogs(
    plan,
    engines.map((id) => engineLogs(id, plan.deployments, { look, isOnly: engines.length === 1 })),
  );
}

function engineLogs(
  id: EngineId,
  deployments: readonly PlanDeployment[],
  { look, isOnly }: { readonly look: (pattern: string) => string; readonly isOnly: boolean },
): { readonly line: string; readonly deployments: readonly PlanDeployment[] } {
  const { name, kvLog, kvPattern, kvNumber } = wordsOf(id);
  return {
    line: `${isOnly ? "" : `${name}: `}${kvLog} ${look(kvPattern)} shows them; ${kvNumber}`,
    deployments: deployments.filter(({ engine }) => engine.id === id),
  };
}
