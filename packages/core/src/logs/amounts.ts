import { GIB, KIB, MIB } from "../units/units.ts";
import type { LogUnit } from "./log-document.ts";

/** A number as printed, in base units, and half a unit of its last digit. */
export interface Amount {
  readonly value: number;
  readonly halfWidth: number;
  readonly unit: LogUnit;
  readonly printed: string;
}

/** Units as engines mean them: all are binary, also where they say GB (reference/trtllm-memory.md). */
const SCALES: Readonly<Record<string, number>> = {
  B: 1,
  byte: 1,
  bytes: 1,
  KB: KIB,
  KiB: KIB,
  MB: MIB,
  MiB: MIB,
  GB: GIB,
  GiB: GIB,
};

/** "81", "14.25", "715,072", "-0.12"; what follows may be a unit, in brackets or not. */
const NUMBER = String.raw`(-?(?:\d{1,3}(?:,\d{3}){1,5}|\d{1,16})(?:\.\d{1,20})?)(?!\d)`;
const UNIT = String.raw`(?: ?\(?(bytes|byte|KiB|KB|MiB|MB|GiB|GB|B)(?![A-Za-z0-9]))?`;
const AFTER = new RegExp(`\\s{0,40}${NUMBER}${UNIT}`, "y");
const BEFORE = new RegExp(`(?:^|[^0-9.,-])${NUMBER}${UNIT}$`);

/** The longest number with its unit, and room. */
const MOST_BEFORE = 48;

/** The number that starts at `from`, spaces aside; bytes are in `inUnit` where the line prints no unit. */
export function amountAfter(line: string, from: number, inUnit: AssumedUnit): Amount | undefined {
  AFTER.lastIndex = from;
  return amountOf(AFTER.exec(line), inUnit);
}

/** The number that ends at `to`. */
export function amountBefore(line: string, to: number, inUnit: AssumedUnit): Amount | undefined {
  return amountOf(BEFORE.exec(line.slice(Math.max(0, to - MOST_BEFORE), to)), inUnit);
}

/** A unit of bytes, or what is counted in ones. */
export type AssumedUnit = "B" | "MiB" | "GiB" | Exclude<LogUnit, "bytes">;

function amountOf(match: RegExpExecArray | null, inUnit: AssumedUnit): Amount | undefined {
  const [, digits, printedUnit] = match ?? [];
  if (digits === undefined) {
    return;
  }
  const printed = printedUnit === undefined ? digits : `${digits} ${printedUnit}`;
  const number = Number(digits.replaceAll(",", ""));
  if (inUnit !== "B" && inUnit !== "MiB" && inUnit !== "GiB") {
    const isCount = printedUnit === undefined || inUnit === "bytes-per-token";
    return isCount ? { value: number, halfWidth: 0, unit: inUnit, printed } : undefined;
  }
  const amount = bytesOf(digits, printedUnit ?? inUnit);
  return Math.abs(amount.value) > Number.MAX_SAFE_INTEGER
    ? undefined
    : { ...amount, unit: "bytes", printed };
}

function bytesOf(digits: string, unit: string): Pick<Amount, "value" | "halfWidth"> {
  const scale = SCALES[unit] ?? 1;
  const step = scale / 10 ** (digits.split(".")[1]?.length ?? 0);
  const value = Number(digits.replaceAll(",", "")) * scale;
  return { value, halfWidth: step <= 1 ? 0 : step / 2 };
}
