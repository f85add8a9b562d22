import { formatCount, formatGib } from "../../units/format.ts";
import type { CheckFinding } from "./check-document.ts";

/** The sentence of a difference. */
export function checkText(finding: CheckFinding): string {
  switch (finding.code) {
    case "host-missing":
    case "inventory-cut":
    case "driver-changed":
    case "cuda-changed":
      return hostText(finding);
    case "kv-short":
    case "peer-to-peer-lost":
    case "peer-to-peer-gained":
    case "links-unknown":
      return engineText(finding);
    default:
      return cardText(finding);
  }
}

type Of<Code extends CheckFinding["code"]> = Extract<CheckFinding, { readonly code: Code }>;

function hostText(
  finding: Of<"host-missing" | "inventory-cut" | "driver-changed" | "cuda-changed">,
): string {
  const { host } = finding;
  switch (finding.code) {
    case "host-missing":
      return `${host} is not in the inventory`;
    case "inventory-cut":
      return `${host}: the inventory is cut short, so cards may be missing from it: ${finding.why}`;
    case "driver-changed":
      return `${host} has driver ${finding.found}, and ${finding.planned} when the plan was made`;
    case "cuda-changed":
      return `${host}'s driver serves CUDA ${finding.found}, and ${finding.planned} when the plan was made`;
    default:
      return finding satisfies never;
  }
}

function engineText(
  finding: Of<"kv-short" | "peer-to-peer-lost" | "peer-to-peer-gained" | "links-unknown">,
): string {
  const { engine } = finding;
  switch (finding.code) {
    case "kv-short":
      return finding.tokens === 0
        ? `${engine} would not start with what is free now`
        : `${engine} would have a KV cache of ${formatCount(finding.tokens)} tokens with what is free now, ${formatCount(finding.plannedTokens)} are planned`;
    case "peer-to-peer-lost":
      return `${engine} counts on peer-to-peer between ${finding.gpus.join(" and ")}, which is not there any more`;
    case "peer-to-peer-gained":
      return `${engine} is planned without peer-to-peer, which its cards have now`;
    case "links-unknown":
      return `${engine} counts on peer-to-peer, and the inventory does not say how its cards are linked; add nvidia-smi topo -m`;
    default:
      return finding satisfies never;
  }
}

function cardText(
  finding: Exclude<CheckFinding, Parameters<typeof hostText>[0] | Parameters<typeof engineText>[0]>,
): string {
  const { gpu } = finding;
  switch (finding.code) {
    case "card-missing":
      return `${gpu}${finding.uuid === undefined ? "" : ` (${finding.uuid})`} is gone`;
    case "card-moved":
      return `${gpu} (${finding.uuid}) is now ${finding.now}`;
    case "card-swapped":
      return `${gpu} is another card: ${finding.found} instead of ${finding.planned}`;
    case "card-model":
      return `${gpu} is a ${finding.found}, and a ${finding.planned} is planned`;
    case "card-lost":
      return `${gpu} is lost: nvidia-smi can't reach it`;
    case "mig-enabled":
      return `${gpu} is cut into MIG devices now`;
    case "ecc-changed":
      return `${gpu} has ECC switched ${finding.isOn ? "on" : "off"} since the plan was made`;
    case "memory-less":
      return `${gpu} has ${formatGib(finding.foundBytes)} that CUDA sees, ${formatGib(finding.plannedBytes)} are planned`;
    case "others-hold-more":
      return othersText(finding);
    case "others-unknown":
      return `${gpu}: nvidia-smi does not say what processes hold, so what others hold is not known`;
    default:
      return finding satisfies never;
  }
}

function othersText(finding: Of<"others-hold-more">): string {
  const { gpu, foundBytes, plannedBytes, freeBytes, processes } = finding;
  const who = processes.length === 0 ? "" : `, by ${processes.join(", ")}`;
  return `${gpu}: others hold ${formatGib(foundBytes)}${who}, the plan counts on ${formatGib(plannedBytes)} and has ${formatGib(freeBytes)} to spare`;
}
