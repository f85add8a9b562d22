import { POLICIES } from "../policies/policies.ts";
import type { ChainAnswer } from "../public/layer-split.ts";
import type { Measured } from "./measure.ts";
import type { RefusalMeasured } from "./refusals.ts";
import type { SizingMeasured } from "./sizings.ts";

const COLUMNS = [
  "fleet",
  "solved",
  "seconds",
  "CPU seconds",
  "memory, MiB",
  "proven optimal",
  "gap to the bound",
  "models placed",
  ...POLICIES.map(({ name }) => name),
] as const;

/** A Markdown table: a row for each group, medians with the least and the most. */
export function placementTable(all: readonly Measured[]): string {
  const groups = [...new Set(all.map(({ group }) => group))];
  const rows = groups.map((group) => rowOf(all.filter((one) => one.group === group)));
  return [COLUMNS, COLUMNS.map(() => "---"), ...rows].map(line).join("\n");
}

/**
 * The table with the rows of another one of the same columns in place of those that are called the same, and with its new
 * ones: rows called as in `order` by that, others after them.
 */
export function withRows(table: string, newer: string, order: readonly string[]): string {
  const [head = "", under = "", ...rows] = newer.split("\n");
  const [headBefore, , ...before] = table.split("\n");
  const byName = new Map(
    [...(headBefore === head ? before : []), ...rows].map((row) => [
      row.split(" | ")[0] ?? "",
      row,
    ]),
  );
  const places = new Map(order.map((name, place) => [`| ${name}`, place]));
  const placeOf = ([name]: readonly [string, string]): number => places.get(name) ?? order.length;
  const sorted = [...byName].sort((a, b) => placeOf(a) - placeOf(b));
  return [head, under, ...sorted.map(([, row]) => row)].join("\n");
}

export interface ChainMeasured extends ChainAnswer {
  readonly name: string;
  readonly seconds: number;
  readonly published: { readonly tokensPerSecond: number; readonly seconds: number };
}

/** One model over unequal machines: Helix' own numbers beside ours. */
export function chainTable(all: readonly ChainMeasured[]): string {
  const columns = ["machines", "published, tokens/s", "ours, tokens/s", "bound", "gap", "seconds"];
  const rows = all.map(({ name, published, rate, bound, seconds }) => [
    name,
    `${number(published.tokensPerSecond, 1)} after ${number(published.seconds, 0)} s`,
    number(rate, 1),
    number(bound, 1),
    percent(1 - rate / bound),
    number(seconds, 1),
  ]);
  return [columns, columns.map(() => "---"), ...rows].map(line).join("\n");
}

/** When there were plans: a row for each group, medians with the least and the most. */
export function timesTable(all: readonly Measured[]): string {
  const columns = [
    "fleet",
    "solved",
    "ways priced after, s",
    "first plan, ms later",
    "within 3 % of the bound after, s",
    "from prices to there once more, ms",
    "end after, s",
  ];
  const groups = [...new Set(all.map(({ group }) => group))];
  const rows = groups.map((group) => timesOf(all.filter((one) => one.group === group)));
  return [columns, columns.map(() => "---"), ...rows].map(line).join("\n");
}

/** How long a "no" takes: a row for each group, medians with the least and the most. */
export function refusalTable(all: readonly RefusalMeasured[]): string {
  const columns = [
    "fleet",
    "refused",
    "explained, s",
    "CPU seconds of that",
    "the plan before it, s",
    "models without a place",
    "of these with a remedy",
    "remedies",
    "not all were tried",
  ];
  const groups = [...new Set(all.map(({ group }) => group))];
  const rows = groups.map((group) => refusalOf(all.filter((one) => one.group === group)));
  return [columns, columns.map(() => "---"), ...rows].map(line).join("\n");
}

/** How long plans for rates take, and what they come to: a row for each group, medians with the least and the most. */
export function sizingTable(all: readonly SizingMeasured[]): string {
  const columns = [
    "fleet",
    "planned",
    "seconds",
    "CPU seconds",
    "models placed",
    "of these carry their rate",
    "replicas",
    "ended at the limit of work",
  ];
  const groups = [...new Set(all.map(({ group }) => group))];
  const rows = groups.map((group) => sizingOf(all.filter((one) => one.group === group)));
  return [columns, columns.map(() => "---"), ...rows].map(line).join("\n");
}

function sizingOf(own: readonly SizingMeasured[]): readonly string[] {
  const inSeconds = (of: (one: SizingMeasured) => number) =>
    spread(own.map(of), (value) => number(value, 2));
  const sum = (of: (one: SizingMeasured) => number) => own.reduce((all, one) => all + of(one), 0);
  return [
    own[0]?.group ?? "",
    `${own.length}`,
    inSeconds(({ seconds }) => seconds),
    inSeconds(({ cpuSeconds }) => cpuSeconds),
    `${sum(({ placed }) => placed)} of ${sum(({ models }) => models)}`,
    `${sum(({ carried }) => carried)}`,
    `${sum(({ replicas }) => replicas)}`,
    `${own.filter(({ isCut }) => isCut).length}`,
  ];
}

function refusalOf(own: readonly RefusalMeasured[]): readonly string[] {
  const inSeconds = (of: (one: RefusalMeasured) => number) =>
    spread(own.map(of), (value) => number(value, 2));
  const sum = (of: (one: RefusalMeasured) => number) =>
    `${own.reduce((all, one) => all + of(one), 0)}`;
  return [
    own[0]?.group ?? "",
    `${own.length}`,
    inSeconds(({ seconds }) => seconds),
    inSeconds(({ cpuSeconds }) => cpuSeconds),
    inSeconds(({ solveSeconds }) => solveSeconds),
    sum(({ unplaced }) => unplaced),
    sum(({ helped }) => helped),
    sum(({ remedies }) => remedies),
    sum(({ cut }) => cut),
  ];
}

function timesOf(own: readonly Measured[]): readonly string[] {
  const inSeconds = (values: readonly number[]) => spread(values, (value) => number(value, 2));
  const first = own.map((one) => 1000 * (one.firstSeconds - one.pricedSeconds));
  const close = own.flatMap(({ closeSeconds }) => closeSeconds ?? []);
  const again = own.flatMap(({ againSeconds }) => againSeconds ?? []).map((value) => 1000 * value);
  const isAll = close.length === own.length;
  return [
    own[0]?.group ?? "",
    `${own.length}`,
    inSeconds(own.map(({ pricedSeconds }) => pricedSeconds)),
    spread(first, (value) => number(value, 0)),
    close.length === 0
      ? ""
      : `${inSeconds(close)}${isAll ? "" : `, ${close.length} of ${own.length}`}`,
    again.length < own.length ? "" : spread(again, (value) => number(value, 0)),
    inSeconds(own.map(({ seconds }) => seconds)),
  ];
}

function rowOf(own: readonly Measured[]): readonly string[] {
  const [first] = own;
  const proven = own.filter(({ isOptimal }) => isOptimal).length;
  const models = own.reduce((sum, one) => sum + one.models, 0);
  return [
    first?.group ?? "",
    `${own.length}`,
    spread(
      own.map(({ seconds }) => seconds),
      (value) => number(value, 2),
    ),
    spread(
      own.map(({ cpuSeconds }) => cpuSeconds),
      (value) => number(value, 2),
    ),
    spread(
      own.map(({ peakBytes }) => peakBytes / 1024 ** 2),
      (value) => number(value, 0),
    ),
    `${proven} of ${own.length}`,
    spread(
      own.map(({ gap }) => gap),
      percent,
    ),
    `${own.reduce((sum, { placed }) => sum + placed, 0)} of ${models}`,
    ...POLICIES.map(({ name }) => beside(own, name)),
  ];
}

/** What a policy places, and its KV cache as a part of ours. */
function beside(own: readonly Measured[], policy: string): string {
  const placed = own.reduce((sum, one) => sum + (one.policies[policy]?.placed ?? 0), 0);
  const kv = own.reduce((sum, one) => sum + (one.policies[policy]?.kvBytes ?? 0), 0);
  const ours = own.reduce((sum, one) => sum + one.kvBytes, 0);
  return ours === 0 ? `${placed}` : `${placed}, ${percent(kv / ours)} of the KV cache`;
}

/** The median; with several values the least and the most. */
function spread(values: readonly number[], text: (value: number) => string): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = text(sorted[Math.floor((sorted.length - 1) / 2)] ?? 0);
  return sorted.length === 1
    ? middle
    : `${middle} (${text(sorted[0] ?? 0)} to ${text(sorted.at(-1) ?? 0)})`;
}

function percent(part: number): string {
  return `${number(100 * part, 1)} %`;
}

function number(value: number, digits: number): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
