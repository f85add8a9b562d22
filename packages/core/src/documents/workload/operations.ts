import { sameExp, sameLog } from "../../units/same-math.ts";
import {
  dimensionText,
  isPlain,
  isSame,
  over,
  plain,
  type Quantity,
  raised,
  times,
} from "./quantity.ts";

/** An operator or a function with what it is applied to. */
export interface Operation {
  readonly kind: "operator" | "function";
  readonly name: string;
  readonly values: readonly Quantity[];
}

/** Its value, a sentence where the dimensions don't go together, or undefined where it is not known. */
export function applied({ kind, name, values }: Operation): Quantity | string | undefined {
  const known = kind === "operator" ? OPERATORS : FUNCTIONS;
  const operation = Object.hasOwn(known, name) ? known[name] : undefined;
  return operation?.(values, name);
}

type Applied = (values: readonly Quantity[], name: string) => Quantity | string;

const NOTHING = plain(Number.NaN);

/** Of quantities of one dimension, which the result has too. */
const alike =
  (of: (...values: readonly number[]) => number): Applied =>
  (values, name) => {
    const [first = NOTHING] = values;
    const other = values.find(({ dimension }) => !isSame(dimension, first.dimension));
    return other === undefined
      ? { value: of(...values.map(({ value }) => value)), dimension: first.dimension }
      : `expected both sides of ${name} in one unit, got ${dimensionText(first.dimension)} and ${dimensionText(other.dimension)}`;
  };

/** Of one plain number. */
const ofPlain =
  (of: (value: number) => number): Applied =>
  ([one = NOTHING], name) =>
    isPlain(one)
      ? plain(of(one.value))
      : `expected a plain number in ${name}(), got ${dimensionText(one.dimension)}`;

const OPERATORS: Readonly<Record<string, Applied>> = {
  "+": alike((a = Number.NaN, b) => (b === undefined ? a : a + b)),
  "-": alike((a = Number.NaN, b) => (b === undefined ? -a : a - b)),
  "*": ([a = NOTHING, b = NOTHING]) => times(a, b),
  "/": ([a = NOTHING, b = NOTHING]) => over(a, b),
  "%": alike((a = Number.NaN, b = Number.NaN) => a % b),
  "^": ([a = NOTHING, b = NOTHING]) =>
    isPlain(b)
      ? raised(a, b.value)
      : `expected a plain number above ^, got ${dimensionText(b.dimension)}`,
};

const FUNCTIONS: Readonly<Record<string, Applied>> = {
  min: alike((...values) => Math.min(...values)),
  max: alike((...values) => Math.max(...values)),
  round: ofPlain((value) => Math.round(value)),
  floor: ofPlain((value) => Math.floor(value)),
  ceil: ofPlain((value) => Math.ceil(value)),
  sqrt: ([one = NOTHING]) => ({ ...raised(one, 1 / 2), value: Math.sqrt(one.value) }),
  exp: ofPlain(sameExp),
  log: ofPlain(sameLog),
  abs: alike((value = Number.NaN) => Math.abs(value)),
};

export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);
