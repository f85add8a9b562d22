import { formatGib, type PlanDocument } from "@berth/core";
import type { CardUse } from "@berth/core/launch";
import type { LaunchEvent } from "../launch/events.ts";
import { memoryBar } from "./memory-bar.ts";
import { secondsText } from "./seconds-text.ts";
import { shorten } from "./shorten.ts";

type Loading = Extract<LaunchEvent, { event: "loading" }>;

/** Widths of a card's bar, the best first. */
const BARS = [20, 14, 10, 6] as const;
/** How long names may be, the best first. */
const NAMES = [40, 20, 12, 8, 6] as const;
/** As much of what the engine said last has a place whatever else is shown. */
const LEAST_STAGE = 10;
const BETWEEN = "  ";

/**
 * One line for an engine that loads, shorter than `width`: how long, how full its cards are, and what it said last. Where
 * that is too long, the bars are shorter, then the names, and then only the fullest cards are there.
 */
export function loadingLine(loading: Loading, { gpus }: PlanDocument, width: number): string {
  const most = width - 1;
  const cards = loading.cards
    .map((use) => ({ ...use, total: gpus.find(({ id }) => id === use.gpu)?.memoryBytes ?? 0 }))
    .toSorted((a, b) => a.freeBytes - b.freeBytes);
  const stage = Math.min(LEAST_STAGE, [...loading.stage].length);
  const rest = stage === 0 ? 0 : stage + BETWEEN.length;
  const all = shapes(cards.length).map((shape) => headOf(loading, cards, shape));
  const head = all.find((text) => [...text].length + rest <= most) ?? all.at(-1) ?? "";
  const left = most - [...head].length - BETWEEN.length;
  const line = left > 0 && stage > 0 ? `${head}${BETWEEN}${shorten(loading.stage, left)}` : head;
  return shorten(line, most);
}

interface Shape {
  readonly cards: number;
  readonly bar: number;
  readonly name: number;
}

/** From the widest to the narrowest; a line has at least one card. */
function shapes(cards: number): readonly Shape[] {
  const counts = Array.from({ length: Math.max(1, cards) }, (_, at) => cards - at);
  return counts.flatMap((count) =>
    NAMES.flatMap((name) => BARS.map((bar) => ({ cards: count, bar, name }))),
  );
}

interface Card extends CardUse {
  readonly total: number;
}

function headOf({ engine, elapsedMs }: Loading, cards: readonly Card[], shape: Shape): string {
  const shown = cards.slice(0, shape.cards).map((card) => cardText(card, shape));
  const others = cards.length - shown.length;
  return [
    shorten(engine, shape.name),
    secondsText(elapsedMs),
    ...shown,
    ...(others > 0 ? [`+${others} more`] : []),
  ].join(BETWEEN);
}

function cardText({ gpu, freeBytes, total }: Card, { bar, name }: Shape): string {
  const used = memoryBar([{ bytes: total - freeBytes, mark: "#" }], total, bar);
  return `${shortCard(gpu, name)} [${used}] ${formatGib(freeBytes, 1)} free`;
}

/** What tells the cards of a host apart is the end of the name. */
function shortCard(gpu: string, most: number): string {
  const place = gpu.slice(gpu.lastIndexOf(":"));
  return [...gpu].length <= most
    ? gpu
    : `${shorten(gpu.slice(0, gpu.length - place.length), Math.max(1, most - place.length))}${place}`;
}
