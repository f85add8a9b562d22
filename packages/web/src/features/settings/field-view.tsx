import type { ReactNode } from "react";
import { Checkbox } from "react-aria-components";
import { ChoiceSetting } from "../../ui/choice-setting.tsx";
import { NumberSetting } from "../../ui/number-setting.tsx";
import { TextSetting } from "../../ui/text-setting.tsx";
import type { Field, FieldChoice, Surroundings, Values } from "./field.ts";
import { problemIn } from "./problem-in.ts";
import { RangeSetting } from "./range-setting.tsx";

export interface FieldProps<F extends Field = Field> {
  readonly field: F;
  readonly values: Values;
  readonly around: Surroundings;
  /** Without a value, the key goes away. */
  readonly onChange: (key: string, value: unknown) => void;
}

type Of<K extends Field["kind"]> = FieldProps<Extract<Field, { readonly kind: K }>>;

/** A key of the fleet file as its kind is set. */
export function FieldView({ field, ...rest }: FieldProps): ReactNode {
  switch (field.kind) {
    case "text":
      return <TextField field={field} {...rest} />;
    case "number":
      return <NumberField field={field} {...rest} />;
    case "choice":
      return <ChoiceField field={field} {...rest} />;
    case "flag":
      return <FlagField field={field} {...rest} />;
    case "range":
      return <RangeSetting field={field} {...rest} />;
    default:
      return field satisfies never;
  }
}

function TextField({ field, values, around, onChange }: Of<"text">): ReactNode {
  const { key, label, hint, codec, placeholderOf } = field;
  const placeholder = placeholderOf?.(values, around) ?? field.placeholder;
  return (
    <TextSetting
      label={label}
      value={codec.show(values[key])}
      {...(hint === undefined ? {} : { hint })}
      {...(placeholder === undefined ? {} : { placeholder })}
      problemOf={(text) => problemIn(field, text.trim(), { values, around })}
      onChange={(text) => onChange(key, text === "" ? undefined : codec.read(text))}
    />
  );
}

function NumberField({ field, values, onChange }: Of<"number">): ReactNode {
  const { key, label, least, most, placeholder } = field;
  const value = values[key];
  return (
    <NumberSetting
      label={label}
      value={typeof value === "number" ? value : undefined}
      placeholder={placeholder}
      {...(least === undefined ? {} : { least })}
      {...(most === undefined ? {} : { most })}
      onChange={(next) => onChange(key, next)}
    />
  );
}

function ChoiceField({ field, values, around, onChange }: Of<"choice">): ReactNode {
  const { key, label, choices, more } = field;
  // several to choose from are a choice of their own, which the fleet file's text makes
  const own = [values[key] ?? ""].flat().join(", ");
  const all = [...choices, ...(more?.(around) ?? [])];
  return (
    <ChoiceSetting
      label={label}
      value={own}
      choices={withOwn(all, own)}
      onChange={(id) => id !== own && onChange(key, id === "" ? undefined : id)}
    />
  );
}

function withOwn(choices: readonly FieldChoice[], own: string): readonly FieldChoice[] {
  return choices.some(({ id }) => id === own) ? choices : [...choices, { id: own, text: own }];
}

function FlagField({ field, values, onChange }: Of<"flag">): ReactNode {
  const { key, label, on } = field;
  return (
    <Checkbox
      className="checkbox"
      isSelected={values[key] === on}
      onChange={(isOn) => onChange(key, isOn ? on : undefined)}
    >
      <span className="box" aria-hidden="true" />
      {label}
    </Checkbox>
  );
}
