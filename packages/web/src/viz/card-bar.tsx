import { formatGib } from "@berth/core";
import { scaleLinear } from "d3-scale";
import type { ReactNode } from "react";
import { TEXT } from "../text/en.ts";
import { termName } from "../text/say.ts";
import type { ModelLook } from "./model-look.ts";
import { termStrength } from "./model-look.ts";
import type { Segment } from "./segments.ts";

/** Units of the drawing's own width; it is stretched to the card's place. */
const WIDTH = 1000;
const HEIGHT = 28;

/**
 * One card as a bar: every part of its memory to scale, the margin of each (from what it most likely takes to
 * what is counted) lighter. `most` is the memory of the largest card, so that all bars have one scale.
 */
export function CardBar({
  segments,
  memoryBytes,
  most,
  looks,
  chosen,
}: {
  readonly segments: readonly Segment[];
  readonly memoryBytes: number;
  readonly most: number;
  readonly looks: ReadonlyMap<string, ModelLook>;
  /** Key of the segment that is chosen. */
  readonly chosen?: string | undefined;
}): ReactNode {
  const scale = scaleLinear([0, most], [0, WIDTH]);
  return (
    <svg
      className="card-bar"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="card-frame" x={0} y={0} width={scale(memoryBytes)} height={HEIGHT} />
      {segments.map((segment) => (
        <SegmentShape
          key={segment.key}
          segment={segment}
          scale={scale}
          look={segment.model === undefined ? undefined : looks.get(segment.model)}
          isChosen={segment.key === chosen}
        />
      ))}
    </svg>
  );
}

function SegmentShape({
  segment,
  scale,
  look,
  isChosen,
}: {
  readonly segment: Segment;
  readonly scale: (bytes: number) => number;
  readonly look: ModelLook | undefined;
  readonly isChosen: boolean;
}): ReactNode {
  const { key, kind, term, bytes, likelyBytes, startBytes } = segment;
  const x = scale(startBytes);
  const width = scale(bytes);
  const sure = scale(Math.min(bytes, likelyBytes));
  const fill = look?.color ?? `var(--${kind})`;
  return (
    <g className="segment" data-kind={kind} data-segment={key} data-chosen={isChosen || undefined}>
      <title>{segmentTitle(segment)}</title>
      <rect
        className="margin"
        x={x}
        y={0}
        width={width}
        height={HEIGHT}
        fill={fill}
        fillOpacity={look === undefined ? 1 : termStrength(term) * MARGIN}
      />
      {look !== undefined && (
        <rect
          x={x}
          y={0}
          width={sure}
          height={HEIGHT}
          fill={fill}
          fillOpacity={termStrength(term)}
        />
      )}
      {look !== undefined && look.pattern !== "plain" && (
        <rect x={x} y={0} width={width} height={HEIGHT} fill={`url(#pattern-${look.pattern})`} />
      )}
      <line className="edge" x1={x + width} x2={x + width} y1={0} y2={HEIGHT} />
    </g>
  );
}

/** How much of a term's colour is left in its margin. */
const MARGIN = 0.45;

/** "weights of llama-3b: 6.00 GiB" */
export function segmentTitle({ term, model, bytes }: Segment): string {
  const what = model === undefined ? termName(term) : TEXT.segment.of(termName(term), model);
  return `${what}: ${formatGib(bytes)}`;
}

/** The patterns that bars refer to; once a page. */
export function BarPatterns(): ReactNode {
  return (
    <svg width="0" height="0" className="defs" aria-hidden="true">
      <defs>
        <pattern id="pattern-rising" width="8" height="8" patternUnits="userSpaceOnUse">
          <path d="M0 8 L8 0" className="pattern" />
        </pattern>
        <pattern id="pattern-falling" width="8" height="8" patternUnits="userSpaceOnUse">
          <path d="M0 0 L8 8" className="pattern" />
        </pattern>
        <pattern id="pattern-dots" width="8" height="8" patternUnits="userSpaceOnUse">
          <circle cx="4" cy="4" r="1.5" className="pattern-dot" />
        </pattern>
        <pattern id="pattern-level" width="8" height="8" patternUnits="userSpaceOnUse">
          <path d="M0 4 L8 4" className="pattern" />
        </pattern>
      </defs>
    </svg>
  );
}
