/** From which on a unit is used, the largest first. */
const UNITS = [
  { name: "days", seconds: 86_400 },
  { name: "hours", seconds: 3600 },
  { name: "minutes", seconds: 60 },
] as const;
/** So that one has no more than two digits before the dot: 90 minutes, not 1.5 hours. */
const TIMES = 2;
const DIGITS = 3;

/** "45 seconds", "90 minutes", "2.5 days" */
export function durationText(seconds: number): string {
  const unit = UNITS.find((one) => seconds >= TIMES * one.seconds);
  return `${Number((seconds / (unit?.seconds ?? 1)).toPrecision(DIGITS))} ${unit?.name ?? "seconds"}`;
}
