import type { ReactNode } from "react";
import { usePlanner } from "../../state/planner-context.ts";
import type { Field, FieldGroup, Surroundings, Values } from "./field.ts";
import { FieldView } from "./field-view.tsx";

/** Groups of fields: one without a title shows always, the others are folded, and say how many of them are set. */
export function FieldGroups({
  groups,
  values,
  onChange,
}: {
  readonly groups: readonly FieldGroup[];
  readonly values: Values;
  readonly onChange: (key: string, value: unknown) => void;
}): ReactNode {
  return groups.map(({ title, fields }) => {
    const grid = { fields, values, onChange };
    const set = fields.filter(({ key }) => values[key] !== undefined && !ALWAYS_SET.has(key));
    return title === undefined ? (
      <FieldGrid key="" {...grid} />
    ) : (
      <details key={title} className="fold">
        <summary>
          {title} {set.length > 0 && <span className="hint">({set.length})</span>}
        </summary>
        <FieldGrid {...grid} />
      </details>
    );
  });
}

/** Fields side by side, as there is room. */
export function FieldGrid({
  fields,
  values,
  onChange,
}: {
  readonly fields: readonly Field[];
  readonly values: Values;
  readonly onChange: (key: string, value: unknown) => void;
}): ReactNode {
  const around = useSurroundings();
  return (
    <div className="form-grid">
      {fields.map((field) => (
        <FieldView
          key={field.key}
          field={field}
          values={values}
          around={around}
          onChange={onChange}
        />
      ))}
    </div>
  );
}

/** Keys that every model has. */
const ALWAYS_SET: ReadonlySet<string> = new Set(["name", "model"]);

function useSurroundings(): Surroundings {
  const fleet = usePlanner((state) => state.parsed.fleet);
  const gpus = usePlanner((state) => state.cards.gpus);
  const catalog = usePlanner((state) => state.catalog);
  return { fleet, gpus, catalog };
}
