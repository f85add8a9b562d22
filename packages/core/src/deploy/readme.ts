import type { PlanDeployment, PlanDocument } from "../documents/plan-document.ts";
import { formatCount, formatGib } from "../units/format.ts";
import { type HostPlan, hostPlans } from "./host-plan.ts";
import { memorySteps } from "./memory-steps.ts";
import { markdownTable, markdownText } from "./text/markdown.ts";

/** Parts of a README with a blank line between; empty parts are left out. */
export function readme(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Commands for one host's shell, with the host's name where there are several. */
export function hostCommands(
  hosts: readonly { readonly name: string; readonly commands: readonly string[] }[],
): string {
  return hosts
    .map(({ name, commands }) => {
      const block = `\`\`\`sh\n${commands.join("\n")}\n\`\`\``;
      return hosts.length > 1 ? `On ${markdownText(name)}:\n\n${block}` : block;
    })
    .join("\n\n");
}

/** What each start does to each card, host by host. */
export function memorySection(plan: PlanDocument): string {
  const hosts = hostPlans(plan);
  return [
    "## Memory, step by step",
    "All terms as planned, with room for their uncertainty: nvidia-smi should never show more in use than the column *after*.",
    ...hosts.flatMap((host) => [
      ...(hosts.length > 1 ? [`### ${markdownText(host.name)}`] : []),
      memoryTable(host),
    ]),
    "Look at it after each step:",
    "```sh\nnvidia-smi --query-gpu=index,uuid,name,memory.used,memory.free --format=csv\n```",
  ].join("\n\n");
}

function memoryTable(host: HostPlan): string {
  const numbers = ["Used before", "Takes at most", "Used after", "Free after"];
  const rows = memorySteps(host).map((step) => [
    String(step.position),
    markdownText(step.hosted.deployment.model),
    `${markdownText(step.gpu.id)} (${markdownText(step.gpu.catalogId)})`,
    formatGib(step.usedBeforeBytes),
    formatGib(step.takenBytes),
    formatGib(step.usedAfterBytes),
    formatGib(step.gpu.memoryBytes - step.usedAfterBytes),
  ]);
  return markdownTable(["Step", "Model", "Card", ...numbers], rows, ["Step", ...numbers]);
}

/** Deployments whose logs say the size of their KV cache in one way, and a line on how. */
export interface KvLogs {
  readonly line: string;
  readonly deployments: readonly PlanDeployment[];
}

/** What each engine should say of its KV cache, in the order of starts; all say it in one way. */
export function kvSection(plan: PlanDocument, line: string): string {
  return kvSectionByLogs(plan, [{ line, deployments: plan.deployments }]);
}

/** The same where engines differ in what they say. */
export function kvSectionByLogs(plan: PlanDocument, logs: readonly KvLogs[]): string {
  return [
    "## Check the KV caches",
    ...logs.flatMap(({ line, deployments }) => [line, kvTable(plan, deployments)]),
    "Fewer tokens than planned mean that less memory was free at that start: something else was on the card, or the order was another.",
  ].join("\n\n");
}

function kvTable(plan: PlanDocument, wanted: readonly PlanDeployment[]): string {
  const numbers = ["Tokens", "Blocks", "Tokens a block", "KV cache, a rank"];
  const inOrder = hostPlans(plan).flatMap(({ deployments }) =>
    deployments.map(({ deployment }) => deployment),
  );
  const rows = [...new Set(inOrder)]
    .filter((deployment) => wanted.includes(deployment))
    .map((deployment) => {
      const pools = deployment.ranks.map((rank) => rank.kv.budgetBytes);
      const blocks = Math.min(...deployment.ranks.map(({ kv }) => kv.blocks));
      return [
        `${markdownText(deployment.model)}, replica ${deployment.replica}`,
        formatCount(deployment.kv.tokens),
        formatCount(blocks),
        String(deployment.tokensPerBlock),
        range(pools),
      ];
    });
  return markdownTable(["Model", ...numbers], rows, numbers);
}

function range(sizes: readonly number[]): string {
  const least = formatGib(Math.min(...sizes));
  const most = formatGib(Math.max(...sizes));
  return least === most ? least : `${least} to ${most}`;
}

/** What the plan could not place, and its warnings. Empty when there is neither. */
export function openSection(plan: PlanDocument): string {
  const unplaced = plan.unplaced.map(
    ({ model, reasons }) =>
      `- ${markdownText(model)}: ${reasons.map(({ text }) => markdownText(text.replace(/\.$/, ""))).join("; ")}`,
  );
  return [
    ...(unplaced.length > 0 ? ["## Not in this bundle", unplaced.join("\n")] : []),
    ...(plan.warnings.length > 0
      ? [
          "## Warnings of the plan",
          plan.warnings.map((line) => `- ${markdownText(line)}`).join("\n"),
        ]
      : []),
  ].join("\n\n");
}
