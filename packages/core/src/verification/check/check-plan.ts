import type { PlanDocument, PlanGpu } from "../../documents/plan-document.ts";
import type { InventoryDocument } from "../../inventory/inventory-document.ts";
import { hostsOf, type MatchedCards, matchCards } from "../match-cards.ts";
import { cardFindings, visibleBytes } from "./card-findings.ts";
import type { CheckDocument, CheckFinding, CheckProblem } from "./check-document.ts";
import { checkText } from "./check-text.ts";
import { linkFindings } from "./link-findings.ts";
import { NOISE_BYTES } from "./noise.ts";
import { type OthersNow, othersNow } from "./others-now.ts";
import { type CardToday, startFindings } from "./start-findings.ts";
import { versionFindings } from "./version-findings.ts";

interface Findings {
  readonly problems: readonly CheckFinding[];
  readonly notes: readonly CheckFinding[];
}

/** Whether a plan still holds on today's inventory, and every reason why not. Only cards that it uses matter. */
export function checkPlan(plan: PlanDocument, inventory: InventoryDocument): CheckDocument {
  const matched = matchCards(plan, inventory);
  const hosts = hostsOf(plan, inventory);
  const gpus = plan.gpus.filter(({ plannedBytes }) => plannedBytes > 0);
  const today = new Map<string, CardToday>();
  const findings: Findings[] = [
    ...plan.hosts.map((host) => hostFindings(plan, host.name, { hosts, gpus })),
    ...gpus.map((gpu) => findingsOfCard(plan, gpu, { matched, hosts, today })),
    ...plan.deployments.map((deployment) => linkFindings(deployment, matched)),
  ];
  const all = [...findings, { problems: startFindings(plan, today), notes: [] }];
  const problems = all.flatMap((one) => one.problems).map(withText);
  return {
    schema: "berth/check@1",
    holds: problems.length === 0,
    problems,
    notes: all.flatMap((one) => one.notes).map(withText),
  };
}

function withText(finding: CheckFinding): CheckProblem {
  return { ...finding, text: checkText(finding) };
}

function hostFindings(
  plan: PlanDocument,
  name: string,
  on: { readonly hosts: ReturnType<typeof hostsOf>; readonly gpus: readonly PlanGpu[] },
): Findings {
  const isUsed = on.gpus.some(({ host }) => host === name);
  const planned = plan.hosts.find((host) => host.name === name);
  const found = on.hosts.get(name);
  if (!isUsed || planned === undefined) {
    return { problems: [], notes: [] };
  }
  if (found === undefined) {
    return { problems: [{ code: "host-missing", host: name }], notes: [] };
  }
  const versions = versionFindings(planned, found);
  const cut: readonly CheckFinding[] =
    found.cut === undefined ? [] : [{ code: "inventory-cut", host: name, why: found.cut.text }];
  return { problems: [...cut, ...versions.problems], notes: versions.notes };
}

/** Puts what is known of the card into `today`. */
function findingsOfCard(
  plan: PlanDocument,
  gpu: PlanGpu,
  on: {
    readonly matched: MatchedCards;
    readonly hosts: ReturnType<typeof hostsOf>;
    readonly today: Map<string, CardToday>;
  },
): Findings {
  const host = on.hosts.get(gpu.host);
  const found = on.matched.cards.get(gpu.id);
  if (found === undefined) {
    return { problems: host === undefined ? [] : [missing(gpu, host.gpus)], notes: [] };
  }
  const { problems, notes } = cardFindings(gpu, found, host?.name ?? gpu.host);
  const others = othersNow(plan, gpu, found);
  const visible = visibleBytes(found.gpu) ?? gpu.memoryBytes;
  const isLess = problems.some(({ code }) => code === "memory-less");
  on.today.set(gpu.id, {
    memoryBytes: isLess ? visible : gpu.memoryBytes,
    othersBytes: countedOthers(gpu, others),
  });
  return {
    problems: [...problems, ...othersFindings(gpu, others)],
    notes: [
      ...notes,
      ...(others === undefined ? [{ code: "others-unknown", gpu: gpu.id } as const] : []),
    ],
  };
}

/** Another card in its place is a swap; an empty place is a card that is gone. */
function missing(
  { id, index, uuid }: PlanGpu,
  there: readonly { readonly index: number; readonly uuid?: string }[],
): CheckFinding {
  const other = there.find((gpu) => gpu.index === index)?.uuid;
  return uuid === undefined || other === undefined
    ? { code: "card-missing", gpu: id, ...(uuid === undefined ? {} : { uuid }) }
    : { code: "card-swapped", gpu: id, planned: uuid, found: other };
}

/** What others hold beyond the plan, as far as it is more than noise. */
function countedOthers({ usedByOthersBytes }: PlanGpu, others: OthersNow | undefined): number {
  const grown = (others?.bytes ?? usedByOthersBytes) - usedByOthersBytes;
  return usedByOthersBytes + (grown > NOISE_BYTES ? grown : 0);
}

function othersFindings(gpu: PlanGpu, others: OthersNow | undefined): readonly CheckFinding[] {
  const { id, usedByOthersBytes, freeBytes } = gpu;
  return others === undefined || others.bytes <= usedByOthersBytes + NOISE_BYTES
    ? []
    : [
        {
          code: "others-hold-more",
          gpu: id,
          plannedBytes: usedByOthersBytes,
          foundBytes: others.bytes,
          freeBytes,
          processes: others.processes,
        },
      ];
}
