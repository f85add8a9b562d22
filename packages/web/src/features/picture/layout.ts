import type { PlanGpu } from "@berth/core";
import { groupsOf } from "../../state/groups-of.ts";

/** Sizes in the picture's own units, which are pixels at its natural size. */
export const SIZE = {
  bar: 1000,
  barHeight: 28,
  edge: 28,
  head: 40,
  label: 22,
  gap: 14,
  title: 64,
  legendRow: 26,
  legendItem: 250,
  foot: 40,
};

/** How much wider than high a picture may be before cards go on in the next column. */
const SHAPE = 1.4;

export interface HostBlock {
  readonly name: string;
  readonly gpus: readonly PlanGpu[];
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly hosts: readonly HostBlock[];
  readonly width: number;
  readonly height: number;
}

/** Height of one card with its label and the gap below. */
export const CARD_HEIGHT: number = SIZE.label + SIZE.barHeight + SIZE.gap;

/** Where each host goes: one below the other, and in a large fleet in columns, below `top`. */
export function layoutOf(gpus: readonly PlanGpu[], top: number): Layout {
  const groups = groupsOf(gpus, ({ host }) => host);
  const heightOf = (count: number) => SIZE.head + count * CARD_HEIGHT;
  const total = groups.reduce((sum, [, own]) => sum + heightOf(own.length), 0);
  const columnWidth = SIZE.bar + SIZE.edge;
  const columns = Math.max(1, Math.round(Math.sqrt((total * SHAPE) / columnWidth)));
  const hosts: HostBlock[] = [];
  let place = { column: 0, y: 0 };
  let most = 0;
  for (const [name, own] of groups) {
    if (place.y > 0 && place.y + heightOf(own.length) / 2 > total / columns) {
      place = { column: place.column + 1, y: 0 };
    }
    hosts.push({ name, gpus: own, x: SIZE.edge + place.column * columnWidth, y: top + place.y });
    place = { ...place, y: place.y + heightOf(own.length) };
    most = Math.max(most, place.y);
  }
  return {
    hosts,
    width: SIZE.edge + (place.column + 1) * columnWidth,
    height: top + most + SIZE.foot,
  };
}
