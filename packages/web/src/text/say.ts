import { formatCount, formatFraction, formatGib } from "@berth/core";
import { TEXT } from "./en.ts";

/** Names that people know for terms that laws call otherwise. */
export function termName(term: string): string {
  const { segment, terms } = TEXT;
  return (
    { kv: segment.kv, others: segment.others, reserve: segment.reserve, free: segment.free }[
      term
    ] ??
    terms[term] ??
    term
  );
}

export function percent(part: number): string {
  return `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`;
}

/** A number with its unit, as an explanation has it. */
export function quantity(value: number, unit: string): string {
  switch (unit) {
    case "byte":
      return formatGib(value);
    case "token":
      return `${formatCount(value)} tokens`;
    default:
      return Number.isInteger(value) ? formatCount(value) : formatFraction(value);
  }
}

/** A fraction of free memory; engines other than TensorRT-LLM have knobs of their own, which the files hold. */
export function fractionText(fraction: number | undefined): string {
  return fraction === undefined ? "–" : formatFraction(fraction);
}
