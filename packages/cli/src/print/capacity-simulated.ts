import { formatCount } from "@berth/core";
import type {
  CapacityDocument,
  Interval,
  ModelCapacity,
  OccupancyCapacity,
  SimulatedCapacity,
} from "@berth/core/capacity";
import { alikeText, oneDigit, rate, share } from "./capacity-numbers.ts";
import { type Look, paint } from "./look.ts";
import { occupancyPlot, PLOT_KEY } from "./occupancy-plot.ts";
import { printSimulatedLatencies, printSimulatedTargets } from "./simulated-requests.ts";
import { type Column, printTable } from "./table.ts";
import { wrap } from "./wrap.ts";

/** The closed form, the Monte Carlo and the simulation side by side, and occupancy over time; "" without any. */
export function printSimulated(document: CapacityDocument, look: Look): readonly string[] {
  const { models, monteCarlo, simulation } = document;
  if (monteCarlo === undefined && simulation === undefined) {
    return [];
  }
  return [
    `${paint(look, "bold", "By method")}\n${methods(models, look)}${settings(document, look)}`,
    simulation === undefined ? "" : printSimulatedLatencies(models, look),
    simulation === undefined ? "" : printSimulatedTargets(models, look),
    ...(monteCarlo === undefined ? [] : plots(models, look)),
  ];
}

const right = (title: string): Column => ({ title, align: "right" });

function methods(models: readonly ModelCapacity[], look: Look): string {
  const columns = [
    { title: "method" },
    right("running"),
    right("KV p50"),
    right("p95"),
    right("p99"),
    right("waits"),
    right("paused"),
    right("full"),
  ];
  const rows = models.flatMap((model) => [
    [paint(look, "bold", model.model)],
    ["  closed form", ...closedCells(model)],
    ...(model.occupancy ?? []).map((one) => [
      `  Monte Carlo${likes(model, one)}`,
      ...occupancyCells(one),
    ]),
    ...(model.simulated ?? []).map((one) => [
      `  simulation${likes(model, one)}`,
      ...simulatedCells(one),
    ]),
  ]);
  return printTable(columns, rows, look);
}

/** Which replicas it is of, where not all are alike. */
function likes({ replicas }: ModelCapacity, { replicas: own }: Alike): string {
  return own.length === replicas.length ? "" : ` ${alikeText(own)}`;
}

interface Alike {
  readonly replicas: readonly number[];
}

function closedCells(model: ModelCapacity): readonly string[] {
  const { concurrency, kvOccupancy, chanceToWait, replicas } = model;
  const { running } = concurrency;
  return [
    // the others tell of one replica
    running === undefined ? "-" : rate(running / replicas.length),
    share(kvOccupancy?.p50),
    share(kvOccupancy?.p95),
    share(kvOccupancy?.p99),
    share(chanceToWait),
    "",
    "",
  ];
}

function occupancyCells(one: OccupancyCapacity): readonly string[] {
  return [
    spread(one.sequences),
    ...kvCells(one),
    shareSpread(one.waits),
    shareSpread(one.pauses),
    shareSpread(one.runsOut),
  ];
}

function simulatedCells(one: SimulatedCapacity): readonly string[] {
  return [
    rate(one.sequences),
    ...kvCells(one),
    one.waits === undefined ? "-" : shareSpread(one.waits),
    one.pauses === undefined ? "-" : shareSpread(one.pauses),
    "",
  ];
}

/** The interval of the one that a plan is made for; --json and --csv have all. */
function kvCells({ kvIntervals: { p50, p95, p99 } }: OccupancyCapacity | SimulatedCapacity) {
  return [share(p50.value), share(p95.value), shareSpread(p99)];
}

function spread({ value, low, high }: Interval): string {
  return `${rate(value)} ± ${oneDigit((high - low) / 2)}`;
}

function shareSpread({ value, low, high }: Interval): string {
  const half = 50 * (high - low);
  const digits = half > 0 && half < 1 ? 1 : 0;
  if (value === 0) {
    return half === 0 ? share(0) : `≤ ${oneDigit(100 * high)} %`;
  }
  return half === 0
    ? share(value)
    : `${(100 * value).toFixed(digits)} ± ${half < LEAST_SHOWN ? `${LEAST_SHOWN}` : half.toFixed(digits)} %`;
}

const LEAST_SHOWN = 0.1;

function settings({ monteCarlo, simulation }: CapacityDocument, look: Look): string {
  const said = [
    ...(monteCarlo === undefined
      ? []
      : [
          `Monte Carlo: ${formatCount(monteCarlo.paths)} paths of ${minutes(monteCarlo)} from an empty start, seed ${monteCarlo.seed}, ${monteCarlo.backend}`,
        ]),
    ...(simulation === undefined
      ? []
      : [
          `simulation: every request of ${minutes(simulation)} from an empty start, seed ${simulation.seed}`,
        ]),
    "of one replica each; ± encloses 95 % of cases; waits: for a seat or for room; paused: pauses a request; full: the cache has no room for one with a seat, at least once in all the time",
  ];
  return said.map((line) => paint(look, "dim", wrap(line, "  ", look.width))).join("");
}

function minutes(of: { readonly minutes: number }): string {
  return `${of.minutes >= 1 ? formatCount(of.minutes) : of.minutes} ${of.minutes === 1 ? "minute" : "minutes"}`;
}

function plots(models: readonly ModelCapacity[], look: Look): readonly string[] {
  const each = models.flatMap((model) =>
    (model.occupancy ?? [])
      .filter(({ bands }) => bands.length > 0)
      .map((one) => `  ${model.model}${likes(model, one)}\n${occupancyPlot(one, look.width)}`),
  );
  return each.length === 0
    ? []
    : [`${paint(look, "bold", "KV cache in use")}: ${PLOT_KEY}\n${each.join("")}`];
}
