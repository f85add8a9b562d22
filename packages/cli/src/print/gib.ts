import { formatGib } from "@berth/core";

/** "12.34": for columns whose title says GiB. */
export function gib(bytes: number): string {
  return formatGib(bytes).replace(" GiB", "");
}
