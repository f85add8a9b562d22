import type { Keeper } from "../endpoint.ts";
import { readme } from "../readme.ts";
import { markdownCode, markdownTable, markdownText } from "../text/markdown.ts";
import type { Route, RoutedModel, RoutedServer } from "./route.ts";
import { ROUTER_PORT } from "./start-script.ts";
import { servedRate } from "./weights.ts";

/** What one router's README says beside what all say. */
export interface RouterAbout {
  readonly title: string;
  /** What `start.sh check` does; undefined where it has no such word. */
  readonly check?: string;
  /** What is needed, and how it works. */
  readonly intro: string;
  /** Paragraphs after the table of models. */
  readonly notes: readonly string[];
}

export function routerReadme(route: Route, { title, check, intro, notes }: RouterAbout): string {
  return readme([
    `# ${title}`,
    intro,
    "## Start",
    ...keptNote(route),
    startSection(check),
    hostsNote(route),
    askSection(route),
    "## Models",
    modelTable(route),
    weightNote(route),
    ...notes,
  ]);
}

/** What the weights follow, by model where they follow different things. */
function weightNote({ models }: Route): string {
  const rated = models.filter(({ servers }) =>
    servers.every(({ endpoint }) => servedRate(endpoint.deployments) !== undefined),
  );
  if (rated.length === 0) {
    return "Each server's weight is in proportion to the tokens that its KV cache holds in the plan: how much it has room for at once.";
  }
  const which =
    rated.length === models.length
      ? "Each server's weight"
      : `The weight of each server of ${rated.map(({ name }) => markdownCode(name)).join(", ")}`;
  const others =
    rated.length === models.length
      ? ""
      : " The other weights are in proportion to the tokens that the KV caches hold: how much each has room for at once.";
  return `${which} is in proportion to the requests a second that it can serve of its workload, as the plan says.${others}`;
}

/** Where something keeps it running, the bundle's README says how that is started. */
function keptNote({ keptBy }: Route): readonly string[] {
  return keptBy === undefined ? [] : [KEPT[keptBy]];
}

const KEPT: Readonly<Record<Keeper, string>> = {
  compose:
    "Docker Compose runs it, as the bundle's `README.md` says. By hand, where the program is installed:",
  slurm:
    "A job of Slurm runs it, as the bundle's `README.md` says. By hand, with the nodes' names in its variables:",
  systemd: "systemd runs it, as the bundle's `README.md` says. By hand:",
};

function startSection(check: string | undefined): string {
  const lines = [
    ...(check === undefined ? [] : [`./router/start.sh check   # ${check}`]),
    "./router/start.sh",
  ];
  return `\`\`\`sh\n${lines.join("\n")}\n\`\`\``;
}

/** For the bundle's own README. */
export function routerSection(): string {
  return `## One endpoint\n\n\`router/\` puts one OpenAI endpoint in front of all servers:\n\n\`\`\`sh\n./router/start.sh\n\`\`\`\n\n\`router/README.md\` says what it does and what can be set.\n`;
}

/** What a client sends, for the first model. */
function askSection({ models }: Route): string {
  const body = JSON.stringify({
    model: models[0]?.name ?? "",
    messages: [{ role: "user", content: "What is a berth?" }],
  }).replaceAll("'", "\\u0027");
  const url = `http://127.0.0.1:${ROUTER_PORT}/v1`;
  return [
    "```sh",
    `curl -s ${url}/models`,
    `curl -s ${url}/chat/completions -H 'content-type: application/json' -d '${body}'`,
    "```",
  ].join("\n");
}

function hostsNote({ hosts, keptBy }: Route): string {
  if (keptBy === "slurm") {
    return "`job.sh` waits until every job has written the node that it runs on (`jobs/*/address`), and reaches the servers there. They must listen there: submit the jobs with `BERTH_HOST=0.0.0.0`.";
  }
  const variables = hosts.map(
    ({ name, variable }) => `${markdownCode(variable)} for ${markdownText(name)}`,
  );
  return hosts.length === 0
    ? "It runs on the servers' host and reaches them on 127.0.0.1."
    : `It reaches the servers at the addresses in ${variables.join(", ")}; where one is not set, the host's name in the plan is taken. The servers must listen there: start them with \`BERTH_HOST=0.0.0.0\` in a network that you trust.`;
}

function modelTable({ models }: Route): string {
  const rows = models.flatMap((model) => model.servers.map((server) => serverRow(model, server)));
  return markdownTable(["Model", "Also called", "Host", "Port", "Weight"], rows, [
    "Port",
    "Weight",
  ]);
}

function serverRow({ name, aliases }: RoutedModel, { endpoint, weight }: RoutedServer): string[] {
  return [
    markdownText(name),
    aliases.map(markdownText).join(", "),
    markdownText(endpoint.host),
    String(endpoint.port),
    String(weight),
  ];
}
