import { formatGib, type PlanGpu } from "@berth/core";
import { useDroppable } from "@dnd-kit/core";
import { memo, type ReactNode, useMemo } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { looksShown, ranksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { CardBar } from "../../viz/card-bar.tsx";
import type { DropPlace } from "../../viz/dragged.ts";
import type { LaneMark, Lanes } from "../../viz/link-lanes.ts";
import { cardSegments, type RankOnCard } from "../../viz/segments.ts";
import { LinkGutter } from "./link-gutter.tsx";
import { RankChips } from "./rank-chips.tsx";
import { SegmentButtons } from "./segment-buttons.tsx";

const NONE: readonly RankOnCard[] = [];
const NO_MARKS: readonly LaneMark[] = [];

/** One card: its name, what is free, its bar, and a button for each part. */
export const CardRow = memo(function CardRow({
  gpu,
  most,
  lanes,
}: {
  readonly gpu: PlanGpu;
  readonly most: number;
  /** The lines beside the cards of the rack. */
  readonly lanes: Lanes;
}): ReactNode {
  const ranks = usePlanner((state) => ranksShown(state).get(gpu.id) ?? NONE);
  const looks = usePlanner(looksShown);
  const selection = usePlanner((state) => state.selection);
  const select = usePlanner((state) => state.select);
  const segments = useMemo(() => cardSegments(gpu, ranks), [gpu, ranks]);
  const { setNodeRef, isOver } = useDroppable({
    id: `card/${gpu.id}`,
    data: { kind: "card", id: gpu.id } satisfies DropPlace,
  });
  const chosen = segments.find(
    ({ model, term }) =>
      selection.gpu === gpu.id && selection.term === term && selection.model === model,
  );
  return (
    <article
      ref={setNodeRef}
      className="card"
      data-card={gpu.id}
      data-over={isOver || undefined}
      aria-label={TEXT.rack.card(gpu.id, gpu.name)}
    >
      {lanes.count > 0 && (
        <LinkGutter marks={lanes.marks.get(gpu.id) ?? NO_MARKS} hasWords={lanes.hasWords} />
      )}
      <header className="card-head">
        <span className="card-id">{gpu.id}</span>
        <span className="hint">{gpu.name}</span>
        <RankChips ranks={ranks} />
        <span className="card-free">
          {TEXT.rack.summary(formatGib(gpu.freeBytes, 1), formatGib(gpu.memoryBytes, 1))}
        </span>
      </header>
      <div className="bar-place">
        <CardBar
          segments={segments}
          memoryBytes={gpu.memoryBytes}
          most={most}
          looks={looks}
          chosen={chosen?.key}
        />
        <SegmentButtons
          card={gpu.id}
          segments={segments}
          most={most}
          chosen={chosen?.key}
          onChoose={({ model, term }) =>
            select({ gpu: gpu.id, term, ...(model === undefined ? {} : { model }) })
          }
        />
      </div>
    </article>
  );
});
