import type { PlanDeployment, PlanDocument } from "../../documents/plan-document.ts";
import type { EngineId } from "../../engine/engine.ts";
import { kvSectionByLogs } from "../readme.ts";
import { markdownCode, markdownTable, markdownText } from "../text/markdown.ts";
import type { EngineServer, ServerHost } from "./engine-server.ts";
import { wordsOf } from "./engine-words.ts";

/** The servers of each host in start order. */
export function serverTables(hosts: readonly ServerHost[]): string {
  return hosts.map((host) => serverTable(host, hosts.length > 1)).join("\n\n");
}

function serverTable({ name, servers }: ServerHost, hasTitle: boolean): string {
  const rows = servers.map(({ deployment, port, file, gpus }, at) => [
    String(at + 1),
    markdownText(deployment.model),
    String(deployment.replica),
    String(port),
    gpus.map(({ id }) => markdownText(id)).join(", "),
    `${deployment.tp} × ${deployment.pp}`,
    `${deployment.quantization}, KV ${deployment.kvCacheDtype}`,
    markdownCode(`${file}.sh`),
  ]);
  const head = ["Step", "Model", "Replica", "Port", "Cards", "TP × PP", "Weights", "Script"];
  const table = markdownTable(head, rows, ["Step", "Replica", "Port"]);
  return hasTitle ? `### ${markdownText(name)}\n\n${table}` : table;
}

/** The models whose files must be made first. Empty where there are none. */
export function filesSection(servers: readonly EngineServer[]): string {
  const needy = servers.filter(({ model }) => model.need !== undefined);
  const lines = needy.map(neededFiles);
  return lines.length === 0
    ? ""
    : [
        "## Checkpoints to make first",
        ...[...new Set(needy.map(({ deployment }) => wordsOf(deployment.engine.id).needs))],
        [...new Set(lines)].join("\n"),
      ].join("\n\n");
}

function neededFiles({ deployment, pathVariable, model: { need } }: EngineServer): string {
  const { model, quantization, source, engine } = deployment;
  const how = wordsOf(engine.id).howToGet[quantization];
  return `- ${markdownText(model)} (${markdownCode(source)}): ${need?.change ?? ""}; ${how}; then set ${markdownCode(pathVariable)}`;
}

/** What the plan says of the KV cache and no setting can force. */
export function kvTypeSection(servers: readonly EngineServer[]): string {
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
        `${engines.map((engine) => wordsOf(engine).kvAuto).join("\n\n")} Planned with 16 bits, and checked where the variable names a folder:`,
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
