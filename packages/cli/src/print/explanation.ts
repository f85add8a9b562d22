import {
  type ExplainedNumber,
  type Explanation,
  formatCount,
  formatFraction,
  formatGib,
} from "@berth/core";
import { rate, time } from "./capacity-numbers.ts";
import { printEmptyCards } from "./empty-cards.ts";
import { type Look, paint } from "./look.ts";

/** Every number under its subject: the law, the law with its values, each symbol, the sources. */
export function printExplanation(
  explanation: Explanation,
  tex: ReadonlyMap<string, string>,
  look: Look,
): string {
  const { numbers } = explanation;
  const empty = printEmptyCards(explanation, look);
  const subjects = [...new Set(numbers.map(({ subject }) => subject))];
  const told = subjects.map((subject) => {
    const own = numbers.filter((number) => number.subject === subject);
    return `${paint(look, "bold", subject)}\n${own.map((number) => printNumber(number, tex.get(number.law), look)).join("\n")}`;
  });
  return [
    ...told,
    ...(empty === "" ? [] : [`${paint(look, "bold", "Cards without a replica")}\n${empty}`]),
  ].join("\n");
}

function printNumber(number: ExplainedNumber, tex: string | undefined, look: Look): string {
  const { id, law, filled, symbols, sources, basis } = number;
  const width = Math.max(...symbols.map(({ name }) => name.length));
  return [
    `  ${id}: ${sizeOf(number)}, ${basis}`,
    `    = ${law}`,
    `    = ${filled}`,
    ...(tex === undefined ? [] : [`    TeX: ${tex}`]),
    ...symbols.map(({ name, value, unit, meaning }) =>
      paint(look, "dim", `      ${name.padEnd(width)}  ${valueText(value, unit)}: ${meaning}`),
    ),
    ...sources.map(({ title, url }) => `    source: ${title}${url === null ? "" : ` <${url}>`}`),
    "",
  ].join("\n");
}

function sizeOf({ value, low, high, unit }: ExplainedNumber): string {
  return low === high
    ? quantity(value, unit, true)
    : `${quantity(value, unit, true)}, ${quantity(low, unit, false)} to ${quantity(high, unit, false)}`;
}

/** A number in its unit; bytes of a size also one by one where `isFull`. */
function quantity(value: number, unit: string, isFull: boolean): string {
  switch (unit) {
    case "byte":
      return isFull ? `${formatGib(value)} (${formatCount(value)} bytes)` : formatGib(value);
    case "token":
      return `${formatCount(value)} tokens`;
    case "1":
      return formatFraction(value);
    case "s":
      return time(value);
    case "s / token":
      return `${time(value)} a token`;
    case "s^-1":
      return `${rate(value)} a second`;
    case "token / s":
      return `${rate(value)} tokens a second`;
    default:
      return `${value.toPrecision(3)} ${unit}`;
  }
}

function valueText(value: number, unit: string): string {
  const shown = Number.isInteger(value) ? formatCount(value) : String(value);
  return unit === "1" ? shown : `${shown} ${unit}`;
}
