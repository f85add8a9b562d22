import type { Unit as MathUnit } from "mathjs";
import { FREQUENCY, type Quantity, REQUESTS, TIME, TOKENS } from "./quantity.ts";

/** What is counted: mathjs has no units of it. */
const COUNTED: Readonly<Record<string, Quantity>> = {
  request: { value: 1, dimension: REQUESTS },
  requests: { value: 1, dimension: REQUESTS },
  token: { value: 1, dimension: TOKENS },
  tokens: { value: 1, dimension: TOKENS },
};

/** Names that a misspelt one is compared with. */
export const USUAL_UNITS: readonly string[] = [
  ...["ms", "s", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days"],
  ...Object.keys(COUNTED),
];

/** As much of mathjs as names of units need. */
export interface Units {
  readonly Unit: { isValuelessUnit(name: string): boolean };
  unit(value: number, name: string): MathUnit;
}

/** One of a unit of time, of a frequency, or of what is counted; undefined for all others that mathjs knows. */
export function unitNamed(name: string, { Unit, unit }: Units): Quantity | undefined {
  if (Object.hasOwn(COUNTED, name)) {
    return COUNTED[name];
  }
  if (!Unit.isValuelessUnit(name)) {
    return undefined;
  }
  const one = unit(1, name);
  const kind = TIMED.find(({ base }) => one.equalBase(unit(1, base)));
  return kind && { value: one.toNumber(kind.base), dimension: kind.dimension };
}

const TIMED = [
  { base: "s", dimension: TIME },
  { base: "Hz", dimension: FREQUENCY },
] as const;
