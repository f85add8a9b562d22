import type { ReactNode } from "react";
import { Button, Group, Input, Label, NumberField } from "react-aria-components";

/** A whole number with steps; an empty field is `undefined`. */
export function NumberSetting({
  label,
  value,
  least = 1,
  most,
  placeholder,
  onChange,
}: {
  readonly label: string;
  readonly value: number | undefined;
  readonly least?: number;
  readonly most?: number;
  readonly placeholder?: string;
  readonly onChange: (value: number | undefined) => void;
}): ReactNode {
  return (
    <NumberField
      className="field number-field"
      value={value ?? Number.NaN}
      minValue={least}
      {...(most === undefined ? {} : { maxValue: most })}
      step={1}
      onChange={(next) => onChange(Number.isNaN(next) ? undefined : next)}
    >
      <Label>{label}</Label>
      <Group className="number-group">
        <Input {...(placeholder === undefined ? {} : { placeholder })} />
        <Button slot="decrement" className="step">
          −
        </Button>
        <Button slot="increment" className="step">
          +
        </Button>
      </Group>
    </NumberField>
  );
}
