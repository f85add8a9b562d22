import { type KeyboardEvent, type ReactNode, useState } from "react";
import { TEXT } from "../../text/en.ts";
import { segmentTitle } from "../../viz/card-bar.tsx";
import type { Segment } from "../../viz/segments.ts";

/** Where an arrow key leads from a part of a bar. */
const STEPS: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowRight: (at, count) => Math.min(at + 1, count - 1),
  ArrowLeft: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/**
 * Buttons over a bar, so that mouse, touch, keyboard and screen reader reach every part. A bar is one stop of
 * the Tab key; arrow keys go from part to part. Plain buttons: a large fleet has thousands of them.
 */
export function SegmentButtons({
  card,
  segments,
  most,
  chosen,
  onChoose,
}: {
  readonly card: string;
  readonly segments: readonly Segment[];
  readonly most: number;
  readonly chosen: string | undefined;
  readonly onChoose: (segment: Segment) => void;
}): ReactNode {
  const [at, setAt] = useState(0);
  const stop = Math.min(at, segments.length - 1);
  const move = (event: KeyboardEvent<HTMLDivElement>) => {
    const next = STEPS[event.key]?.(stop, segments.length);
    if (next !== undefined) {
      event.preventDefault();
      setAt(next);
      (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
    }
  };
  return (
    <div
      role="toolbar"
      aria-label={TEXT.rack.parts(card)}
      className="segment-buttons"
      onKeyDown={move}
    >
      {segments.map((segment, place) => (
        <button
          type="button"
          key={segment.key}
          className="segment-button"
          aria-label={segmentTitle(segment)}
          aria-pressed={segment.key === chosen}
          tabIndex={place === stop ? 0 : -1}
          onFocus={() => setAt(place)}
          onClick={() => onChoose(segment)}
          style={{
            left: `${(segment.startBytes / most) * 100}%`,
            width: `${(segment.bytes / most) * 100}%`,
          }}
        />
      ))}
    </div>
  );
}
