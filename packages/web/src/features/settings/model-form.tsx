import type { FleetModel } from "@berth/core";
import type { ReactNode } from "react";
import { changeModel, renameModel } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { FieldGroups } from "./field-groups.tsx";
import { MODEL_FIELDS } from "./fields.ts";

/** What a person may say of a model; what is left empty, Berth chooses. */
export function ModelForm({ model }: { readonly model: FleetModel }): ReactNode {
  const editFleet = usePlanner((state) => state.editFleet);
  const change = (key: string, value: unknown) =>
    editFleet((fleet) =>
      key === "name"
        ? renameModel(fleet, model.name, String(value))
        : changeModel(fleet, model.name, { [key]: value }),
    );
  return <FieldGroups groups={MODEL_FIELDS} values={{ ...model }} onChange={change} />;
}
