import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";
import { warningsIn } from "./notices.ts";
import { tableRows } from "./table-rows.ts";
import type { MigProfile, MigProfilesReport } from "./types.ts";

const PROFILE =
  /^(\d{1,4})\s+MIG (\S{1,40})\s+(\d{1,4})\s+(\d{1,4})\/(\d{1,4})\s+(\d{1,6}(?:\.\d{1,6})?)\s+\S{1,10}\s+(\d{1,4})\s/;

/** True for the heading of mig -lgip. */
export function isMigProfilesHeading(text: string): boolean {
  return text.includes("GPU instance profiles:");
}

/** mig -lgip. Throws NvidiaSmiParseError where no profile follows the heading. */
export function parseMigProfiles(lines: readonly Line[]): MigProfilesReport {
  const profiles = tableRows(lines).flatMap((row): readonly MigProfile[] => {
    const match = row === "border" || !row.isClosed ? null : PROFILE.exec(row.text);
    if (match === null) {
      return [];
    }
    const [, gpu, name = "", id, free, total, memory, multiprocessors] = match;
    const profile: MigProfile = {
      gpu: Number(gpu),
      name,
      id: Number(id),
      instancesFree: Number(free),
      instancesTotal: Number(total),
      memoryGiB: Number(memory),
      multiprocessors: Number(multiprocessors),
    };
    return [profile];
  });
  if (profiles.length === 0) {
    throw new NvidiaSmiParseError("truncated", "expected at least one GPU instance profile");
  }
  return { kind: "mig-profiles", profiles, warnings: warningsIn(lines) };
}
