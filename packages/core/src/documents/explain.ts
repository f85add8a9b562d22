import { sources } from "../catalog/catalog.ts";
import { SYMBOLS } from "../memory/symbols.ts";
import type { Basis } from "../report/sourced.ts";
import type { EstimateDocument } from "./estimate-document.ts";
import { cardMisses, rankChance } from "./explain-chance.ts";
import { crossNumbers, startNumbers } from "./explain-cross.ts";
import { hostNumbers } from "./explain-hosts.ts";
import { kvNumbers } from "./explain-kv.ts";
import type { PlanDeployment, PlanDocument, PlanGpu, PlanRank, PlanTerm } from "./plan-document.ts";

/** `berth/explain@1`: every number of a plan or an estimate, with the law that it follows from. */
export interface Explanation {
  readonly schema: "berth/explain@1";
  readonly numbers: readonly ExplainedNumber[];
}

/** One number of a plan: its law, the law with the values put in, the meaning of each symbol, its sources. */
export interface ExplainedNumber {
  /** What it is a number of: "chat on box1:0", "box1:0". */
  readonly subject: string;
  readonly id: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** "byte", "token" or "1". */
  readonly unit: string;
  readonly basis: Basis;
  /** A mathjs expression. */
  readonly law: string;
  /** The law with the values put in. */
  readonly filled: string;
  readonly symbols: readonly {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
    readonly meaning: string;
  }[];
  readonly sources: readonly {
    readonly id: string;
    readonly title: string;
    readonly url: string | null;
  }[];
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
  };
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
  const { id, bytes, lowBytes, highBytes, basis, law, values } = term;
  return {
    ...numberOf(subject, { id, unit: "byte", law, values }),
    value: bytes,
    low: lowBytes,
    high: highBytes,
    basis,
    sources: term.sources.map(sourceOf),
  };
}

export interface Derived {
  readonly id: string;
  readonly value: number;
  readonly unit: string;
  readonly law: string;
  readonly values: Readonly<Record<string, number>>;
}

function derived(subject: string, number: Derived): ExplainedNumber {
  const { value } = number;
  return {
    ...numberOf(subject, number),
    value,
    low: value,
    high: value,
    basis: "derived",
    sources: [],
  };
}

function numberOf(
  subject: string,
  { id, unit, law, values }: Omit<Derived, "value">,
): Pick<ExplainedNumber, "subject" | "id" | "unit" | "law" | "filled" | "symbols"> {
  const symbols = Object.entries(values).map(([name, value]) => ({
    name,
    value,
    unit: unitOf(name),
    meaning: SYMBOLS[name]?.meaning ?? name,
  }));
  return { subject, id, unit, law, filled: fillLaw(law, values), symbols };
}

/** The unit that the value is in: a size in MiB has the dimension byte, and the law makes bytes of it. */
function unitOf(name: string): string {
  const unit = SYMBOLS[name]?.unit ?? "1";
  return /(^|_)mib$/.test(name) ? unit.replace("byte", "MiB") : unit;
}

/** The law with every symbol replaced by its value. */
function fillLaw(law: string, values: Readonly<Record<string, number>>): string {
  return law.replace(/[a-z_]\w*/gi, (name) =>
    Object.hasOwn(values, name) ? String(values[name]) : name,
  );
}

function sourceOf(id: string): ExplainedNumber["sources"][number] {
  const row = sources()[id];
  return { id, title: row?.title ?? id, url: row?.url ?? null };
}
