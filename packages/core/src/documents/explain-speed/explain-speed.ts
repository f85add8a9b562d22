import { decodeSeconds } from "../../capacity/decode.ts";
import { promptSeconds, promptStepSeconds } from "../../capacity/prefill.ts";
import type { CardSpeed, StageSpeed } from "../../capacity/speed-setting.ts";
import { SPEED_SYMBOLS } from "../../capacity/symbols.ts";
import { servingPoint } from "../../capacity/throughput.ts";
import { speedRow } from "../../catalog/speed-catalog.ts";
import { type AskedReplicas, askedReplicas, rateOf } from "../capacity/asked-replicas.ts";
import { specOf } from "../capacity/deployment-speed.ts";
import { mostRate } from "../capacity/model-capacity.ts";
import { type CapacityInput, USUAL_PERCENTILES } from "../capacity/plan-capacity.ts";
import type { ReplicaModel } from "../capacity/replica-model.ts";
import type { ExplainFilter } from "../explain.ts";
import {
  type Derived,
  type ExplainedNumber,
  explainedNumber,
  type Founded,
} from "../explained-number.ts";
import { decodeLaws } from "./decode-laws.ts";
import { latencyLaws } from "./latency-laws.ts";
import { prefillLaws } from "./prefill-laws.ts";
import { mostRunningLaws, rateLaws, tokensLaw } from "./rate-laws.ts";
import { type ReplicaLoad, replicaLoad, stepLaws } from "./step-laws.ts";

/**
 * Every number of what a plan's models with a workload serve, and how fast: the parts of their steps, requests and
 * tokens a second, TTFT, TPOT and the end. None for models without a workload. Throws an InputError for cards or
 * engines that the catalogue lacks.
 */
export function explainSpeed(
  input: CapacityInput,
  filter: ExplainFilter = {},
): readonly ExplainedNumber[] {
  const all = askedReplicas(input);
  const names = all.answered.filter((name) => (filter.model ?? name) === name);
  return names.flatMap((name) => modelNumbers(input, { all, name }, filter));
}

interface AskedModel {
  readonly all: AskedReplicas;
  readonly name: string;
}

function modelNumbers(
  input: CapacityInput,
  { all, name }: AskedModel,
  { gpu }: ExplainFilter,
): readonly ExplainedNumber[] {
  const own = all.replicas.filter(({ deployment }) => deployment.model === name);
  const asked = all.asked.get(name);
  const most = mostRate(own);
  if (asked === undefined || most <= 0) {
    return [];
  }
  const rate = rateOf(asked, most);
  return [
    ...own
      .filter(({ deployment }) => gpu === undefined || deployment.gpus.includes(gpu))
      .flatMap((replica) =>
        replicaNumbers(input, replica, (rate * replica.serving.mostRate) / most),
      ),
    ...(gpu === undefined ? fleetNumbers(name, own, rate) : []),
  ];
}

function replicaNumbers(
  input: CapacityInput,
  replica: ReplicaModel,
  rate: number,
): readonly ExplainedNumber[] {
  const { serving } = replica;
  const point = servingPoint(serving, rate);
  const running = point === undefined || rate === 0 ? serving.concurrency.most : point.running;
  const subject = subjectOf(replica, replica.deployment.gpus);
  const explained = (number: Founded) => explainedNumber(subject, number, SPEED_SYMBOLS);
  return [
    ...stageNumbers(input, replica, replicaLoad(serving, running)),
    ...[
      ...stepLaws({ alone: replica.setting, serving, slowdown: replica.slowdown }, running),
      ...mostRunningLaws(serving),
      ...rateLaws(serving, serving.concurrency.most, {
        id: "most-requests",
        symbol: "most_running",
        pauses: serving.concurrency.pauses,
      }),
      tokensLaw("most-tokens", serving, serving.mostRate),
    ].map(explained),
    ...(point === undefined || rate === 0
      ? []
      : [
          ...rateLaws(serving, point.steady, {
            id: "requests",
            symbol: "steady",
            pauses: 0,
          }),
          tokensLaw("tokens", serving, rate),
          ...latencyLaws({
            serving,
            point,
            bounds: replica.bounds,
            percentiles: input.percentiles ?? USUAL_PERCENTILES,
          }),
        ].map(explained)),
  ];
}

function stageNumbers(
  { file, plan }: CapacityInput,
  replica: ReplicaModel,
  { decode, prompt }: ReplicaLoad,
): readonly ExplainedNumber[] {
  const { setting, deployment } = replica;
  const { tp, gpus, engine } = deployment;
  return setting.stages.flatMap((stage, i) => {
    const own = gpus.slice(i * tp, (i + 1) * tp);
    const cards = plan.gpus.filter(({ id }) => own.includes(id)).map((card) => specOf(file, card));
    const rows = cards.map(({ architecture }) => speedRow(engine.id, architecture));
    const sources = [
      ...new Set([
        ...rows.map(({ source }) => source),
        ...cards.map(({ bandwidthGBps }) => bandwidthGBps.source),
      ]),
    ];
    const one = (card: CardSpeed) => ({ ...stage, cards: [card] });
    const decoding = slowest(stage, (card) => decodeSeconds(setting, one(card), decode));
    const reading = slowest(stage, (card) => promptSeconds(setting, one(card), prompt));
    const starting = slowest(stage, (card) => promptStepSeconds(one(card)));
    const subject = subjectOf(replica, own);
    return [
      ...decodeLaws(setting, { stage, card: decoding, load: decode }),
      ...prefillLaws(setting, { stage, card: reading, load: prompt }, starting),
    ].map((number) => explainedNumber(subject, foundedOn(number, sources), SPEED_SYMBOLS));
  });
}

/** Sums of other numbers rest on these alone. */
function foundedOn(number: Derived, sources: readonly string[]): Founded {
  return number.id.endsWith("-stage") ? number : { ...number, basis: "derived", sources };
}

function slowest({ cards }: StageSpeed, seconds: (card: CardSpeed) => number): CardSpeed {
  return cards.reduce((most, card) => (seconds(card) > seconds(most) ? card : most));
}

function subjectOf({ deployment }: ReplicaModel, gpus: readonly string[]): string {
  const { model, replica } = deployment;
  return `${model}${replica === 0 ? "" : ` #${replica + 1}`} on ${gpus.join(", ")}`;
}

/** What all replicas of a model come to. */
function fleetNumbers(
  name: string,
  own: readonly ReplicaModel[],
  rate: number,
): readonly ExplainedNumber[] {
  const rates = own.map(({ serving }) => serving.mostRate);
  const names = rates.map((_, i) => `most_${i + 1}`);
  const subject = `${name}, all replicas`;
  const most = mostRate(own);
  return [
    {
      id: "all-requests",
      value: most,
      unit: "s^-1",
      law: names.join(" + "),
      values: Object.fromEntries(rates.map((value, i) => [names[i], value])),
    },
    {
      id: "utilization",
      value: rate / most,
      unit: "1",
      law: "rate / most",
      values: { rate, most },
    },
  ].map((number) => explainedNumber(subject, number, SPEED_SYMBOLS));
}
