import { formatGib, type PlanGpu } from "@berth/core";
import type { ReactNode } from "react";
import { largestCard } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { termName } from "../../text/say.ts";
import { BarPatterns, CardBar } from "../../viz/card-bar.tsx";
import type { ModelLook } from "../../viz/model-look.ts";
import { cardSegments, type RanksByCard } from "../../viz/segments.ts";
import { CARD_HEIGHT, type HostBlock, layoutOf, SIZE } from "./layout.ts";

export interface FleetOnCards {
  readonly gpus: readonly PlanGpu[];
  readonly ranks: RanksByCard;
  readonly looks: ReadonlyMap<string, ModelLook>;
}

const FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const FONT_SIZE = { title: 22, head: 16, text: 13 };
/** Colours that belong to no model. */
const OWN_KINDS = ["others", "reserve", "free"] as const;

/** The whole rack in one drawing: title, legend, and every card of every host. */
export function FleetPicture({
  fleet,
  title,
}: {
  readonly fleet: FleetOnCards;
  readonly title: string;
}): ReactNode {
  const legend = [
    ...[...fleet.looks].map(([name, look]) => ({ name, look })),
    ...OWN_KINDS.map((kind) => ({
      name: termName(kind),
      look: { color: `var(--${kind})`, pattern: "plain" } as const,
    })),
  ];
  const perRow = Math.floor(SIZE.bar / SIZE.legendItem);
  const legendHeight = Math.ceil(legend.length / perRow) * SIZE.legendRow;
  const { hosts, width, height } = layoutOf(fleet.gpus, SIZE.title + legendHeight);
  const most = largestCard(fleet.gpus);
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      fontFamily={FONT}
      fontSize={FONT_SIZE.text}
      fill="var(--ink)"
    >
      <title>{title}</title>
      <rect width={width} height={height} fill="var(--paper)" />
      <BarPatterns />
      <text x={SIZE.edge} y={SIZE.head} fontSize={FONT_SIZE.title} fontWeight={600}>
        {title}
      </text>
      {legend.map(({ name, look }, at) => (
        <LegendItem
          key={`${look.color}/${name}`}
          name={name}
          look={look}
          x={SIZE.edge + (at % perRow) * SIZE.legendItem}
          y={SIZE.title + Math.floor(at / perRow) * SIZE.legendRow}
        />
      ))}
      {hosts.map((host) => (
        <HostPicture key={host.name} host={host} fleet={fleet} most={most} />
      ))}
      <text x={SIZE.edge} y={height - SIZE.gap} fill="var(--soft-ink)">
        {TEXT.rack.margin}
      </text>
    </svg>
  );
}

const SWATCH = 14;
const LONGEST_NAME = 28;

function LegendItem({
  name,
  look: { color, pattern },
  x,
  y,
}: {
  readonly name: string;
  readonly look: ModelLook;
  readonly x: number;
  readonly y: number;
}): ReactNode {
  const shape = { x, y, width: SWATCH, height: SWATCH };
  return (
    <g>
      <rect {...shape} fill={color} stroke="var(--strong-line)" />
      {pattern !== "plain" && <rect {...shape} fill={`url(#pattern-${pattern})`} />}
      <text x={x + SWATCH * 1.5} y={y + SWATCH - 2}>
        {name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name}
      </text>
    </g>
  );
}

function HostPicture({
  host: { name, gpus, x, y },
  fleet: { ranks, looks },
  most,
}: {
  readonly host: HostBlock;
  readonly fleet: FleetOnCards;
  readonly most: number;
}): ReactNode {
  return (
    <g transform={`translate(${x} ${y})`}>
      <text y={SIZE.head - SIZE.gap} fontSize={FONT_SIZE.head} fontWeight={600}>
        {TEXT.cards.host(name, gpus.length)}
      </text>
      {gpus.map((gpu, at) => (
        <g key={gpu.id} transform={`translate(0 ${SIZE.head + at * CARD_HEIGHT})`}>
          <text y={SIZE.label - 6}>{TEXT.rack.card(gpu.id, gpu.name)}</text>
          <text x={SIZE.bar} y={SIZE.label - 6} textAnchor="end">
            {TEXT.rack.summary(formatGib(gpu.freeBytes, 1), formatGib(gpu.memoryBytes, 1))}
          </text>
          {/* biome-ignore lint/a11y/noSvgWithoutTitle: a place in the drawing, which has its title */}
          <svg y={SIZE.label} width={SIZE.bar} height={SIZE.barHeight}>
            <CardBar
              segments={cardSegments(gpu, ranks.get(gpu.id) ?? [])}
              memoryBytes={gpu.memoryBytes}
              most={most}
              looks={looks}
            />
          </svg>
        </g>
      ))}
    </g>
  );
}
