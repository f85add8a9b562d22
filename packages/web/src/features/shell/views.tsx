import { type ComponentType, lazy, type ReactNode, Suspense } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { TEXT } from "../../text/en.ts";
import { LinkLegend } from "../rack/link-gutter.tsx";
import { Legend, RackView } from "../rack/rack-view.tsx";

export type ViewId = "rack" | "table" | "start" | "what-if" | "capacity" | "fleet" | "files";

interface View {
  readonly id: ViewId;
  readonly name: string;
  readonly show: ComponentType;
}

/** Every view of the plan, in the order of their tabs; all but the first are loaded when they are opened. */
const VIEWS: readonly View[] = [
  { id: "rack", name: TEXT.views.rack, show: Rack },
  {
    id: "table",
    name: TEXT.views.table,
    show: lazy(async () => ({ default: (await import("../table/plan-tables.tsx")).PlanTables })),
  },
  {
    id: "start",
    name: TEXT.views.start,
    show: lazy(async () => ({
      default: (await import("../start-order/start-order.tsx")).StartOrder,
    })),
  },
  {
    id: "what-if",
    name: TEXT.views.whatIf,
    show: lazy(async () => ({ default: (await import("./what-if.tsx")).WhatIf })),
  },
  {
    id: "capacity",
    name: TEXT.views.capacity,
    show: lazy(async () => ({ default: (await import("./capacity.tsx")).Capacity })),
  },
  {
    id: "fleet",
    name: TEXT.views.fleet,
    show: lazy(async () => ({
      default: (await import("../fleet-file/fleet-file-view.tsx")).FleetFileView,
    })),
  },
  {
    id: "files",
    name: TEXT.views.files,
    show: lazy(async () => ({ default: (await import("./take-away.tsx")).TakeAway })),
  },
];

export function Views({
  view,
  onView,
}: {
  readonly view: ViewId;
  readonly onView: (view: ViewId) => void;
}): ReactNode {
  return (
    <Tabs
      className="tabs views"
      selectedKey={view}
      onSelectionChange={(key) => onView(key as ViewId)}
    >
      <TabList aria-label={TEXT.views.label} className="tab-list">
        {VIEWS.map(({ id, name }) => (
          <Tab key={id} id={id} className="tab">
            {name}
          </Tab>
        ))}
      </TabList>
      {VIEWS.map(({ id, show: Show }) => (
        <TabPanel key={id} id={id} className="view">
          <Suspense fallback={null}>
            <Show />
          </Suspense>
        </TabPanel>
      ))}
    </Tabs>
  );
}

function Rack(): ReactNode {
  return (
    <>
      <Legend />
      <RackView />
      <LinkLegend />
      <p className="hint">{TEXT.rack.margin}</p>
    </>
  );
}
