import type { FleetModel } from "@berth/core";
import type { ReactNode } from "react";
import { Button } from "react-aria-components";
import { changeInModel, changeModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import { FieldGrid } from "./field-groups.tsx";
import { TargetList } from "./target-list.tsx";
import { TraceChoice } from "./trace-choice.tsx";
import { MORE_FIELDS, TRACED_FIELDS, WORKLOAD_FIELDS } from "./workload-fields.ts";

/** What a model is asked to serve, key by key of the fleet file. */
export function WorkloadForm({ model }: { readonly model: FleetModel }): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  const { name, workload } = model;
  const text = WORKLOAD_TEXT;
  const grid = {
    values: { ...workload },
    onChange: (key: string, value: unknown) =>
      editFleet((fleet) => changeInModel(fleet, [name, "workload"], { [key]: value })),
  };
  const hasMore = workload?.sharedPrefix !== undefined;
  return (
    <div className="workload">
      <FieldGrid
        fields={workload?.trace === undefined ? WORKLOAD_FIELDS : TRACED_FIELDS}
        {...grid}
      />
      <TraceChoice model={model} />
      <TargetList model={model} />
      <details className="fold" open={hasMore || undefined}>
        <summary>{text.more}</summary>
        <div className="stack">
          <p className="hint">{text.lengthsMore}</p>
          <FieldGrid fields={MORE_FIELDS} {...grid} />
        </div>
      </details>
      <Button
        className="button"
        onPress={() => editFleet((fleet) => changeModel(fleet, name, { workload: undefined }))}
      >
        {text.remove}
      </Button>
    </div>
  );
}
