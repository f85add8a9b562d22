import { SYMBOLS } from "../memory/symbols.ts";
import type { EmptyCards } from "./empty/empty-card.ts";
import type { EstimateDocument } from "./estimate-document.ts";
import { cardMisses, rankChance } from "./explain-chance.ts";
import { crossNumbers, startNumbers } from "./explain-cross.ts";
import { hostNumbers } from "./explain-hosts.ts";
import { kvNumbers } from "./explain-kv.ts";
import { type Derived, type ExplainedNumber, explainedNumber } from "./explained-number.ts";
import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank, PlanTerm } from "./plan-document.ts";

/** `berth/explain@1`: every number of a plan or an estimate, with the law that it follows from. */
export interface Explanation extends EmptyCards {
  readonly schema: "berth/explain@1";
  readonly numbers: readonly ExplainedNumber[];
}

/** Which numbers of a plan are asked for; all where nothing is said. */
export interface ExplainFilter {
  /** Card id; only what is on this card. */
  readonly gpu?: string;
  /** Name in the fleet file; only this model. */
  readonly model?: string;
}

/** Every number of a plan, card by card and engine by engine in start order. */
export function explainPlan(plan: PlanDocument, filter: ExplainFilter = {}): Explanation {
  const deployments = [...plan.deployments].sort((a, b) => a.startOrder - b.startOrder);
  const wanted = deployments.filter(
    ({ model }) => filter.model === undefined || filter.model === model,
  );
  const ranks = wanted.flatMap((deployment) =>
    deployment.ranks
      .filter(({ gpu }) => filter.gpu === undefined || filter.gpu === gpu)
      .flatMap((rank) => [
        ...rankNumbers(deployment, rank, plan),
        ...rankChance(rank).map((number) => derived(rankSubject(deployment, rank), number)),
      ]),
  );
  const gpus =
    filter.model === undefined
      ? plan.gpus.filter(({ id }) => filter.gpu === undefined || filter.gpu === id)
      : [];
  return {
    schema: "berth/explain@1",
    numbers: [
      ...ranks,
      ...gpus.flatMap((gpu) => cardNumbers(gpu, plan)),
      ...hostNumbers(plan, gpus).map(({ subject, ...number }) => derived(subject, number)),
    ],
    ...emptyAmong(plan, gpus),
  };
}

function emptyAmong({ emptyCards = [] }: PlanDocument, gpus: readonly PlanGpu[]): EmptyCards {
  const own = emptyCards.filter((card) => gpus.some(({ id }) => id === card.gpu));
  return own.length === 0 ? {} : { emptyCards: own };
}

/** Every number of an estimate, rank by rank. */
export function explainEstimate(document: EstimateDocument): Explanation {
  const numbers = document.ranks.flatMap((rank) => {
    const subject = `${document.model.id}, rank ${rank.rank} on ${rank.gpu}`;
    return [
      ...rank.terms.map((term) => termNumber(subject, term)),
      derived(subject, {
        id: "kv-tokens",
        value: rank.kv.tokens,
        unit: "token",
        law: "blocks * tokens_per_block",
        values: { blocks: rank.kv.blocks, tokens_per_block: document.tokensPerBlock },
      }),
      ...[...startNumbers(rank, document), ...crossNumbers(rank, document)].map((number) =>
        derived(subject, number),
      ),
    ];
  });
  return { schema: "berth/explain@1", numbers };
}

function rankNumbers(
  deployment: PlanDeployment,
  rank: PlanRank,
  plan: PlanDocument,
): readonly ExplainedNumber[] {
  const subject = rankSubject(deployment, rank);
  const gpu = plan.gpus.find(({ id }) => id === rank.gpu);
  const [memory, others, reserve] = [
    gpu?.memoryBytes ?? 0,
    gpu?.usedByOthersBytes ?? 0,
    gpu?.reserveBytes ?? 0,
  ];
  return [
    ...rank.terms.map((term) => termNumber(subject, term)),
    derived(subject, {
      id: "free-at-start",
      value: rank.freeAtStartBytes,
      unit: "byte",
      law: "memory - others - reserve - earlier",
      values: {
        memory,
        others,
        reserve,
        earlier: memory - others - reserve - rank.freeAtStartBytes,
      },
    }),
    ...kvNumbers(deployment, rank, gpu).map((number) => derived(subject, number)),
  ];
}

function rankSubject({ model, replica }: PlanDeployment, { gpu }: PlanRank): string {
  return `${model}${replica === 0 ? "" : ` #${replica + 1}`} on ${gpu}`;
}

function cardNumbers(gpu: PlanGpu, plan: PlanDocument): readonly ExplainedNumber[] {
  return [freeNumber(gpu), cardChance(gpu, plan.deployments)];
}

function freeNumber(gpu: PlanGpu): ExplainedNumber {
  const {
    memoryBytes: memory,
    usedByOthersBytes: others,
    reserveBytes: reserve,
    plannedBytes: planned,
  } = gpu;
  return derived(gpu.id, {
    id: "free",
    value: gpu.freeBytes,
    unit: "byte",
    law: "memory - others - reserve - planned",
    values: { memory, others, reserve, planned },
  });
}

function cardChance(gpu: PlanGpu, deployments: readonly PlanDeployment[]): ExplainedNumber {
  return derived(gpu.id, cardMisses(gpu, deployments));
}

function termNumber(subject: string, term: PlanTerm): ExplainedNumber {
  const { id, bytes, lowBytes, highBytes, basis, law, values, sources } = term;
  const number = { id, value: bytes, unit: "byte", law, values };
  return explainedNumber(
    subject,
    { ...number, low: lowBytes, high: highBytes, basis, sources },
    SYMBOLS,
  );
}

function derived(subject: string, number: Derived): ExplainedNumber {
  return explainedNumber(subject, number, SYMBOLS);
}
