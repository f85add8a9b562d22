import type { ReactNode } from "react";
import { changeFleet, changePolicy } from "../../state/fleet-edits.ts";
import { usePlanner } from "../../state/planner-context.ts";
import { FieldGroups } from "./field-groups.tsx";
import { FLEET_FIELDS, POLICY_FIELDS } from "./fields.ts";

/** What holds for all cards, but for what is kept free on them. */
export function PolicyForm(): ReactNode {
  const policy = usePlanner((state) => state.parsed.fleet.policy);
  const editFleet = usePlanner((state) => state.editFleet);
  return (
    <FieldGroups
      groups={POLICY_FIELDS}
      values={{ ...policy }}
      onChange={(key, value) => editFleet((fleet) => changePolicy(fleet, { [key]: value }))}
    />
  );
}

/** What holds for all models that say nothing else. */
export function EngineForm(): ReactNode {
  const fleet = usePlanner((state) => state.parsed.fleet);
  const editFleet = usePlanner((state) => state.editFleet);
  return (
    <FieldGroups
      groups={FLEET_FIELDS}
      values={{ ...fleet }}
      onChange={(key, value) => editFleet((file) => changeFleet(file, { [key]: value }))}
    />
  );
}
