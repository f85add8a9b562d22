import { type ReactNode, useEffect, useState } from "react";
import { keepGroupLinks } from "../../state/group-links.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { Inspector } from "../inspector/inspector.tsx";
import { PlanSummary } from "../summary/plan-summary.tsx";
import { UnplacedList } from "../unplaced/unplaced-list.tsx";
import { OpenedPlan } from "./opened-plan.tsx";
import { Report } from "./report.tsx";
import { type ViewId, Views } from "./views.tsx";
import "../../styles/links.css";

/** What came of planning, the plan's views, and the numbers behind what is chosen. */
export function Board(): ReactNode {
  useGroupLinks();
  const [view, setView] = useState<ViewId>("rack");
  const isChosen = usePlanner(({ selection: { gpu, model } }) => (gpu ?? model) !== undefined);
  return (
    <>
      <Report />
      <div className="middle">
        <OpenedPlan />
        <PlanSummary />
        <UnplacedList />
        <Views view={view} onView={setView} />
      </div>
      {/* parts are chosen among the cards; elsewhere a panel that says so would take room for nothing */}
      {(view === "rack" || isChosen) && <Inspector />}
    </>
  );
}

/** Keeps the links of the plan's groups, for all that shows them. */
function useGroupLinks(): void {
  const { store, clients } = usePlannerParts();
  const plan = usePlanner((state) => (state.planning.isSolving ? undefined : state.planning.plan));
  useEffect(() => {
    if (plan !== undefined) {
      void keepGroupLinks(store, clients, plan);
    }
  }, [store, clients, plan]);
}
