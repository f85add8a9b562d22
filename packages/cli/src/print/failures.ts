import { formatGib } from "@berth/core";
import type { LogFailure } from "@berth/core/logs";
import { type Look, paint } from "./look.ts";
import { wrap } from "./wrap.ts";

/** Why an engine failed, what to do about it, and the line that says so. */
export function printFailures(name: string, failures: readonly LogFailure[], look: Look): string {
  return failures
    .map(
      (failure) =>
        `  ${paint(look, "red", `${name} failed`)}: ${failure.meaning}${numbers(failure)}\n` +
        wrap(failure.remedy, "    ", look.width) +
        wrap(`line ${failure.line}: ${failure.text}`, "    ", look.width),
    )
    .join("");
}

/** " It could not make: KV cache. It asked for 2.00 GiB; 1.23 GiB of 23.58 GiB were free." */
function numbers({ component, requestedBytes, freeBytes, totalBytes }: LogFailure): string {
  const free = freeBytes === undefined ? "" : `${formatGib(freeBytes)} were free`;
  const of = totalBytes === undefined || free === "" ? "" : `, of ${formatGib(totalBytes)}`;
  const asked = requestedBytes === undefined ? "" : `it asked for ${formatGib(requestedBytes)}`;
  const sizes = [asked, `${free}${of}`].filter((text) => text !== "").join("; ");
  const what = component === undefined ? "" : ` It could not make: ${component}.`;
  return `${what}${sizes === "" ? "" : ` ${sizes.charAt(0).toUpperCase()}${sizes.slice(1)}.`}`;
}
