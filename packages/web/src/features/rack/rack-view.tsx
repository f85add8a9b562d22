import { formatGib, type PlanGpu } from "@berth/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type CSSProperties, type ReactNode, useMemo, useRef } from "react";
import { groupsOf } from "../../state/groups-of.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown, largestCard, looksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { BarPatterns } from "../../viz/card-bar.tsx";
import type { DropPlace } from "../../viz/dragged.ts";
import type { LaneMark } from "../../viz/link-lanes.ts";
import { ModelLooks } from "../../viz/model-looks.tsx";
import { CardRow } from "./card-row.tsx";
import { DropTarget } from "./drop-target.tsx";
import { lanesShown } from "./lanes-shown.ts";

type Row =
  | { readonly kind: "host"; readonly name: string; readonly gpus: readonly PlanGpu[] }
  | { readonly kind: "card"; readonly gpu: PlanGpu };

const NO_MARKS: readonly LaneMark[] = [];

/** Pixels of a row before it is measured. */
const ROW = { host: 44, card: 66 };

/** The fleet as a rack: hosts, and under each its cards as bars to one scale. Only what is in sight is drawn. */
export function RackView(): ReactNode {
  const gpus = usePlanner(cardsShown);
  const rows = useMemo(() => rowsOf(gpus), [gpus]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => ROW[rows[place]?.kind ?? "card"],
    overscan: 8,
  });
  const most = largestCard(gpus);
  const lanes = usePlanner(lanesShown);
  return (
    <div
      className="rack"
      ref={scroller}
      data-lanes={lanes.count || undefined}
      data-words={lanes.hasWords || undefined}
      style={{ "--lanes": lanes.count } as CSSProperties}
    >
      <BarPatterns />
      <ul
        className="rack-rows"
        aria-label={TEXT.rack.label}
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <li
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="rack-row"
              style={{ transform: `translateY(${start}px)` }}
            >
              {row.kind === "host" ? (
                <HostHead name={row.name} gpus={row.gpus} />
              ) : (
                <CardRow
                  gpu={row.gpu}
                  most={most}
                  marks={lanes.count > 0 ? (lanes.marks.get(row.gpu.id) ?? NO_MARKS) : undefined}
                  hasWords={lanes.hasWords}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function HostHead({
  name,
  gpus,
}: {
  readonly name: string;
  readonly gpus: readonly PlanGpu[];
}): ReactNode {
  const place = useMemo((): DropPlace => ({ kind: "host", name }), [name]);
  const free = gpus.reduce((sum, { freeBytes }) => sum + freeBytes, 0);
  const total = gpus.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return (
    <div className="host-head">
      <h3>
        {TEXT.cards.host(name, gpus.length)}
        <span className="hint">{TEXT.rack.summary(formatGib(free, 1), formatGib(total, 1))}</span>
      </h3>
      <DropTarget place={place} />
    </div>
  );
}

/** Models of which all looks are in sight; a longer legend is folded. */
const MOST_IN_SIGHT = 24;

/** What the legend says of each model's look. */
export function Legend(): ReactNode {
  const looks = usePlanner(looksShown);
  return looks.size <= MOST_IN_SIGHT ? (
    <ModelLooks looks={looks} label={TEXT.rack.legend} />
  ) : (
    <details>
      <summary>{TEXT.rack.manyLooks(looks.size)}</summary>
      <ModelLooks looks={looks} label={TEXT.rack.legend} />
    </details>
  );
}

function rowsOf(gpus: readonly PlanGpu[]): readonly Row[] {
  return groupsOf(gpus, ({ host }) => host).flatMap(([name, own]): readonly Row[] => [
    { kind: "host", name, gpus: own },
    ...own.map((gpu): Row => ({ kind: "card", gpu })),
  ]);
}
