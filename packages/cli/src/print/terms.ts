import { formatGib, type PlanTerm } from "@berth/core";
import { gib } from "./gib.ts";

/** "0.42 GiB (0.30 to 0.55)": a term with its bounds, where they differ from it. */
export function termSize({ bytes, lowBytes, highBytes }: PlanTerm): string {
  const isExact = lowBytes === bytes && highBytes === bytes;
  return isExact ? formatGib(bytes) : `${formatGib(bytes)} (${gib(lowBytes)} to ${gib(highBytes)})`;
}
