import { formatGib, type PlanTerm } from "@berth/core";

/** "0.42 GiB (0.30 to 0.55)": a term with its bounds, where they differ from it. */
export function termSize({ bytes, lowBytes, highBytes }: PlanTerm): string {
  const exact = lowBytes === bytes && highBytes === bytes;
  return exact ? formatGib(bytes) : `${formatGib(bytes)} (${gib(lowBytes)} to ${gib(highBytes)})`;
}

function gib(bytes: number): string {
  return formatGib(bytes).replace(" GiB", "");
}
