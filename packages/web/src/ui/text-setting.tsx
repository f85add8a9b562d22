import { type ReactNode, useEffect, useState } from "react";
import { FieldError, Input, Label, Text, TextField } from "react-aria-components";

/**
 * A field whose value counts when it is left or Enter is pressed, and only where `problemOf` finds none.
 * Escape brings back what was there.
 */
export function TextSetting({
  label,
  value,
  hint,
  placeholder,
  problemOf,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly hint?: ReactNode;
  readonly placeholder?: string;
  /** One sentence on what is wrong with a text; undefined where nothing is. */
  readonly problemOf?: (text: string) => string | undefined;
  readonly onChange: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const problem = text === value ? undefined : problemOf?.(text);
  const commit = () => {
    if (text !== value && problem === undefined) {
      onChange(text.trim());
    }
  };
  return (
    <TextField
      className="field"
      value={text}
      onChange={setText}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          commit();
        }
        if (event.key === "Escape") {
          setText(value);
        }
      }}
      isInvalid={problem !== undefined}
    >
      <Label>{label}</Label>
      <Input {...(placeholder === undefined ? {} : { placeholder })} />
      {hint !== undefined && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-problem">{problem}</FieldError>
    </TextField>
  );
}
