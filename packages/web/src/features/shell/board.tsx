import type { ReactNode } from "react";
import { Inspector } from "../inspector/inspector.tsx";
import { PlanSummary } from "../summary/plan-summary.tsx";
import { UnplacedList } from "../unplaced/unplaced-list.tsx";
import { OpenedPlan } from "./opened-plan.tsx";
import { Report } from "./report.tsx";
import { Views } from "./views.tsx";

/** What came of planning, the plan's views, and the numbers behind what is chosen. */
export function Board(): ReactNode {
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
