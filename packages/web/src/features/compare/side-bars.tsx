import type { PlanGpu } from "@berth/core";
import type { PlanDiff } from "@berth/core/changes";
import { type ReactNode, useMemo } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import { largestCard, looksShown } from "../../state/selectors.ts";
import { COMPARE_TEXT } from "../../text/compare-en.ts";
import { BarPatterns, CardBar } from "../../viz/card-bar.tsx";
import { type ModelLook, modelLook } from "../../viz/model-look.ts";
import { ModelLooks } from "../../viz/model-looks.tsx";
import { cardSegments, type RanksByCard, ranksByCard } from "../../viz/segments.ts";
import type { Named } from "./comparison.tsx";

/** Cards that are drawn; the table has them all. */
const MOST_DRAWN = 40;

/** The cards that differ, each as it is in both plans, to one scale. */
export function SideBars({
  diff,
  before,
  after,
}: {
  readonly diff: PlanDiff;
  readonly before: Named;
  readonly after: Named;
}): ReactNode {
  const known = usePlanner(looksShown);
  const sides = useMemo(() => [before, after].map(sideOf), [before, after]);
  const looks = useMemo(() => allLooks(known, sides), [known, sides]);
  const drawn = diff.gpus.slice(0, MOST_DRAWN);
  const most = largestCard(
    useMemo(() => [...before.plan.gpus, ...after.plan.gpus], [before.plan, after.plan]),
  );
  const text = COMPARE_TEXT;
  if (drawn.length === 0) {
    return null;
  }
  return (
    <div className="sides">
      <BarPatterns />
      <ModelLooks looks={looks} />
      <div className="side-row side-heads" aria-hidden="true">
        <span />
        {sides.map(({ name }) => (
          <strong key={name}>{name}</strong>
        ))}
      </div>
      {drawn.map(({ id }) => (
        <div key={id} className="side-row" aria-hidden="true">
          <span className="card-id">{id}</span>
          {sides.map((side) => (
            <SideBar key={side.name} side={side} id={id} looks={looks} most={most} />
          ))}
        </div>
      ))}
      {diff.gpus.length > drawn.length && (
        <p className="hint">{text.more(diff.gpus.length - drawn.length)}</p>
      )}
    </div>
  );
}

interface Side {
  readonly name: string;
  readonly cards: ReadonlyMap<string, PlanGpu>;
  readonly ranks: RanksByCard;
  readonly models: readonly string[];
}

function sideOf({ name, plan }: Named): Side {
  return {
    name,
    cards: new Map(plan.gpus.map((gpu) => [gpu.id, gpu])),
    ranks: ranksByCard(plan),
    models: plan.deployments.map(({ model }) => model),
  };
}

/** A plan that was kept may have models that are gone by now: they look like none that is there. */
function allLooks(
  known: ReadonlyMap<string, ModelLook>,
  sides: readonly Side[],
): ReadonlyMap<string, ModelLook> {
  const looks = new Map(known);
  for (const model of sides.flatMap(({ models }) => models)) {
    if (!looks.has(model)) {
      looks.set(model, modelLook(looks.size));
    }
  }
  return looks;
}

function SideBar({
  side: { name, cards, ranks },
  id,
  looks,
  most,
}: {
  readonly side: Side;
  readonly id: string;
  readonly looks: ReadonlyMap<string, ModelLook>;
  readonly most: number;
}): ReactNode {
  const gpu = cards.get(id);
  return (
    <div className="side-bar">
      <span className="hint side-name">{name}</span>
      {gpu === undefined ? (
        <span className="hint no-card">{COMPARE_TEXT.noCard}</span>
      ) : (
        <>
          <span className="hint">{gpu.name}</span>
          <CardBar
            segments={cardSegments(gpu, ranks.get(id) ?? [])}
            memoryBytes={gpu.memoryBytes}
            most={most}
            looks={looks}
          />
        </>
      )}
    </div>
  );
}
