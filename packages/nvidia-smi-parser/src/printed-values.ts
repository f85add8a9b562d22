import type { Printed } from "./printed.ts";

/** What nvidia-smi prints in place of a value, with and without brackets. */
const UNAVAILABLE =
  /^\[?(?:n\/a|err!|not supported|not found|not available[^\]]*|unknown error|unknown|gpu is lost|gpu requires reset|insufficient permissions|no permissions?|function not found|requested functionality has been deprecated|deprecated|-)?\]?$/i;

/** Words that say that the card itself does not answer any more. */
const LOST = /gpu is lost|unknown error|gpu requires reset/i;

/** Spellings of a unit that stand for the same number; "MB" is what drivers before 319 called a MiB. */
const UNITS = {
  none: [""],
  MiB: ["MiB", "MB"],
  W: ["W"],
  C: ["C"],
  percent: ["%"],
  lanes: ["x"],
} as const;

export type PrintedUnit = keyof typeof UNITS;

/** True where the words stand for "no value". */
export function isUnavailable(text: string): boolean {
  return UNAVAILABLE.test(text);
}

/** True where the words say that the card is gone. */
export function isLost(text: string): boolean {
  return LOST.test(text);
}

/** The text, or the words that stand in its place. */
export function printedText(text: string): Printed<string> {
  return isUnavailable(text) ? { unavailable: text } : { value: text };
}

/** A version without a remark in brackets behind it: 610 prints "610.62 [Deprecated; will be removed …]". */
export function printedVersion(text: string): Printed<string> {
  const remark = text.indexOf(" [");
  return printedText(remark > 0 ? text.slice(0, remark) : text);
}

/**
 * The number without its unit. A missing or another unit (a value cut in half looks so), a sign where there can be
 * none, or words: unavailable, as printed.
 */
export function printedNumber(text: string, unit: PrintedUnit = "none"): Printed<number> {
  const match = /^(-?\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z%]{0,3})$/.exec(text);
  const spellings: readonly string[] = UNITS[unit];
  const isKnown = match !== null && spellings.includes(match[2] ?? "");
  const isSigned = text.startsWith("-") && unit !== "C";
  return isKnown && !isSigned ? { value: Number(match[1]) } : { unavailable: text };
}

/** As printedNumber, for `--format=csv,nounits`: the unit may be missing. */
export function printedBareNumber(text: string, unit: PrintedUnit): Printed<number> {
  const isBare = /^-?[\d.]+$/.test(text);
  return isBare && unit !== "none" ? withUnit(text, unit) : printedNumber(text, unit);
}

function withUnit(text: string, unit: PrintedUnit): Printed<number> {
  const read = printedNumber(`${text} ${UNITS[unit][0]}`, unit);
  return "value" in read ? read : { unavailable: text };
}

/** A whole number, or undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
