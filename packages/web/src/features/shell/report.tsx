import { formatGib } from "@berth/core";
import { type ReactNode, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { usePlanner } from "../../state/planner-context.ts";
import { cardsShown, largestCard, looksShown, ranksShown } from "../../state/selectors.ts";
import { TEXT } from "../../text/en.ts";
import { BarPatterns, CardBar } from "../../viz/card-bar.tsx";
import { cardSegments } from "../../viz/segments.ts";
import { Legend } from "../rack/rack-view.tsx";
import { StartOrder } from "../start-order/start-order.tsx";
import { PlanSummary } from "../summary/plan-summary.tsx";
import { PlanTables } from "../table/plan-tables.tsx";
import { UnplacedList } from "../unplaced/unplaced-list.tsx";
import "../../styles/print.css";

/** What paper gets instead of the page, however printing is asked for: all of the plan, and nothing to press. */
export function Report(): ReactNode {
  const isPrinting = useIsPrinting();
  return isPrinting ? <Printed /> : null;
}

function Printed(): ReactNode {
  const warnings = usePlanner((state) => state.planning.plan?.warnings ?? NONE);
  return (
    <section className="report">
      <h1>{TEXT.title}</h1>
      <PlanSummary />
      {warnings.length > 0 && (
        <section>
          <h2>{TEXT.plan.warnings}</h2>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      <UnplacedList />
      <PrintedCards />
      <StartOrder />
      <PlanTables />
    </section>
  );
}

const NONE: readonly string[] = [];

function PrintedCards(): ReactNode {
  const gpus = usePlanner(cardsShown);
  const ranks = usePlanner(ranksShown);
  const looks = usePlanner(looksShown);
  return (
    <section>
      <BarPatterns />
      <Legend />
      <ul className="plain-list">
        {gpus.map((gpu) => (
          <li key={gpu.id} className="printed-card">
            <span>{TEXT.rack.card(gpu.id, gpu.name)}</span>
            <span>
              {TEXT.rack.summary(formatGib(gpu.freeBytes, 1), formatGib(gpu.memoryBytes, 1))}
            </span>
            <CardBar
              segments={cardSegments(gpu, ranks.get(gpu.id) ?? [])}
              memoryBytes={gpu.memoryBytes}
              most={largestCard(gpus)}
              looks={looks}
            />
          </li>
        ))}
      </ul>
      <p className="hint">{TEXT.rack.margin}</p>
    </section>
  );
}

/** True from the moment in which the browser takes the page for its print, until it has it. */
function useIsPrinting(): boolean {
  const [isPrinting, setIsPrinting] = useState(false);
  useEffect(() => {
    // the browser takes the page as soon as its listeners are done
    const begin = () => flushSync(() => setIsPrinting(true));
    const end = () => setIsPrinting(false);
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
    return () => {
      window.removeEventListener("beforeprint", begin);
      window.removeEventListener("afterprint", end);
    };
  }, []);
  return isPrinting;
}
