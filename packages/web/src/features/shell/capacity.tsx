import type { ReactNode } from "react";
import { CapacityView } from "../capacity/capacity-view.tsx";
import { WorkloadForm } from "../settings/workload-form.tsx";
import "../../styles/charts.css";
import "../../styles/capacity.css";

/** What the plan serves, and where a model's workload is set. */
export function Capacity(): ReactNode {
  return <CapacityView form={WorkloadForm} />;
}
