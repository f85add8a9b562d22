import { emptyCardText, formatGib, type PlanGpu } from "@berth/core";
import { memo, type ReactNode, useMemo } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { looksShown, ranksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { CardBar } from "../../viz/card-bar.tsx";
import type { DropPlace } from "../../viz/dragged.ts";
import type { LaneMark } from "../../viz/link-lanes.ts";
import { cardSegments, type RankOnCard } from "../../viz/segments.ts";
import { DropTarget } from "./drop-target.tsx";
import { LinkGutter } from "./link-gutter.tsx";
import { RankChips } from "./rank-chips.tsx";
import { SegmentButtons } from "./segment-buttons.tsx";

const NONE: readonly RankOnCard[] = [];

/** One card: its name, what is free, its bar, and a button for each part. */
export const CardRow = memo(function CardRow({
  gpu,
  most,
  marks,
  hasWords,
}: {
  readonly gpu: PlanGpu;
  readonly most: number;
  /** The lines beside the card; undefined where the rack has none. */
  readonly marks: readonly LaneMark[] | undefined;
  readonly hasWords: boolean;
}): ReactNode {
  const ranks = usePlanner((state) => ranksShown(state).get(gpu.id) ?? NONE);
  const looks = usePlanner(looksShown);
  const selection = usePlanner(({ selection: own }) => (own.gpu === gpu.id ? own : undefined));
  const select = usePlanner((state) => state.select);
  const empty = usePlanner((state) =>
    state.planning.plan?.emptyCards?.find((card) => card.gpu === gpu.id),
  );
  const place = useMemo((): DropPlace => ({ kind: "card", id: gpu.id }), [gpu.id]);
  const segments = useMemo(() => cardSegments(gpu, ranks), [gpu, ranks]);
  const chosen = segments.find(
    ({ model, term }) => selection?.term === term && selection.model === model,
  );
  return (
    <article className="card" data-card={gpu.id} aria-label={TEXT.rack.card(gpu.id, gpu.name)}>
      {marks !== undefined && <LinkGutter marks={marks} hasWords={hasWords} />}
      <header className="card-head">
        <span className="card-id">{gpu.id}</span>
        <span className="hint">{gpu.name}</span>
        <RankChips ranks={ranks} />
        <span className="card-free">
          {TEXT.rack.summary(formatGib(gpu.freeBytes, 1), formatGib(gpu.memoryBytes, 1))}
        </span>
      </header>
      {empty !== undefined && ranks.length === 0 && <p className="hint">{emptyCardText(empty)}</p>}
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
      <DropTarget place={place} />
    </article>
  );
});
