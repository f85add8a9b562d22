import type {
  ComparedQuantile,
  ModelCapacity,
  SimulatedLatency,
  SimulatedRequests,
} from "@berth/core/capacity";
import {
  alikeText,
  LATENCY_NAMES,
  percentile,
  share,
  targetText,
  time,
} from "./capacity-numbers.ts";
import { type Look, paint } from "./look.ts";
import { type Column, printTable } from "./table.ts";

const right = (title: string): Column => ({ title, align: "right" });

/** How long the requests to each model took, whichever replica they went to, over what the closed form says; "" without any. */
export function printSimulatedLatencies(models: readonly ModelCapacity[], look: Look): string {
  const told = models.flatMap(({ model, simulatedRequests: own }) =>
    own === undefined || own.latencies.length === 0 ? [] : [{ model, ...own }],
  );
  const [first] = told.flatMap(({ latencies }) => latencies);
  const rows = told.flatMap(({ model, latencies }) => [
    [paint(look, "bold", model)],
    ...latencies.flatMap(latencyRows),
  ]);
  const shown = first?.quantiles.map((one) => right(percentile(one))) ?? [];
  const columns = [{ title: "simulated" }, right("mean"), ...shown];
  return rows.length === 0 ? "" : printTable(columns, rows, look);
}

function latencyRows(latency: SimulatedRequests["latencies"][number]): readonly string[][] {
  const { metric, quantiles } = latency;
  const closed = ({ closedFormSeconds: seconds }: ComparedQuantile): string =>
    seconds === undefined ? "-" : time(seconds);
  return [
    [`  ${nameOf(latency)}`, meanOf(latency), ...quantiles.map(({ seconds }) => time(seconds))],
    // what requests wait before they start is a part of TTFT in closed form
    ...(metric === "queueing" ? [] : [["    closed form", "", ...quantiles.map(closed)]]),
  ];
}

function nameOf({ metric }: SimulatedLatency): string {
  return metric === "queueing" ? "waiting" : LATENCY_NAMES[metric];
}

function meanOf({ meanSeconds: { value, low, high } }: SimulatedLatency): string {
  return `${time(value)} ± ${time((high - low) / 2)}`;
}

/** Whether the requests to each model kept its targets, and where not, by which of unlike replicas; "" without targets. */
export function printSimulatedTargets(models: readonly ModelCapacity[], look: Look): string {
  const rows = models.flatMap((model) =>
    (model.simulatedRequests?.targets ?? []).flatMap((target) => [
      [
        model.model,
        targetText(target),
        target.isMet ? "met" : paint(look, "red", "missed"),
        time(target.seconds),
      ],
      ...(target.isMet ? [] : kindRows(model, target)),
    ]),
  );
  const columns = [{ title: "model" }, { title: "target" }, { title: "" }, right("simulated")];
  return rows.length === 0 ? "" : printTable(columns, rows, look);
}

function kindRows(
  { simulated = [], replicas }: ModelCapacity,
  { metric, percentile: asked }: SimulatedRequests["targets"][number],
): readonly string[][] {
  if (simulated.length < 2) {
    return [];
  }
  return simulated.map(({ replicas: alike, latencies }) => {
    const part = replicas
      .filter(({ replica }) => alike.includes(replica))
      .reduce((sum, { weight }) => sum + weight, 0);
    const own = latencies.find((one) => one.metric === metric)?.quantiles ?? [];
    const at = own.find((one) => one.percentile === asked);
    return [
      `  ${alikeText(alike)}`,
      `gets ${share(part)} of the requests`,
      "",
      at === undefined ? "-" : time(at.seconds),
    ];
  });
}
