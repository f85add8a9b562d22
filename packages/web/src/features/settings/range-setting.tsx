import type { ReactNode } from "react";
import { NumberSetting } from "../../ui/number-setting.tsx";
import type { Field, Values } from "./field.ts";

/** Sequences at once: how many are wanted, and how many there must be. */
export function RangeSetting({
  field: { key, label, leastLabel },
  values,
  onChange,
}: {
  readonly field: Extract<Field, { readonly kind: "range" }>;
  readonly values: Values;
  readonly onChange: (key: string, value: unknown) => void;
}): ReactNode {
  const { want, least } = rangeOf(values[key]);
  return (
    <>
      <NumberSetting
        label={label}
        value={want}
        placeholder="1"
        onChange={(next) => onChange(key, concurrencyOf(least, next))}
      />
      <NumberSetting
        label={leastLabel}
        value={least}
        placeholder="1"
        onChange={(next) => onChange(key, concurrencyOf(next, want ?? next))}
      />
    </>
  );
}

interface Range {
  readonly want?: number | undefined;
  readonly least?: number | undefined;
}

/** A number alone is what is wanted. */
function rangeOf(value: unknown): Range {
  return typeof value === "number" ? { want: value } : ((value ?? {}) as Range);
}

function concurrencyOf(least: number | undefined, want: number | undefined): unknown {
  if (want === undefined) {
    return;
  }
  return least === undefined ? want : { least: Math.min(least, want), want };
}
