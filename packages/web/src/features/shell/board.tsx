import { type ReactNode, useEffect } from "react";
import { keepGroupLinks } from "../../state/group-links.ts";
import { usePlanner, usePlannerParts } from "../../state/planner-context.ts";
import { Inspector } from "../inspector/inspector.tsx";
import { PlanSummary } from "../summary/plan-summary.tsx";
import { UnplacedList } from "../unplaced/unplaced-list.tsx";
import { OpenedPlan } from "./opened-plan.tsx";
import { Report } from "./report.tsx";
import { Views } from "./views.tsx";
import "../../styles/links.css";

/** What came of planning, the plan's views, and the numbers behind what is chosen. */
export function Board(): ReactNode {
  useGroupLinks();
  return (
    <>
      <Report />
      <div className="middle">
        <OpenedPlan />
        <PlanSummary />
        <UnplacedList />
        <Views />
      </div>
      <Inspector />
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
