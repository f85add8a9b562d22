import type { LogReport } from "./log-document.ts";

/**
 * What a log of several engines says of the one whose ranks begin at `first`, with its ranks counted from 0. Lines that
 * don't say their rank are nobody's.
 */
export function reportOfRanks(
  report: LogReport,
  { first, count }: { readonly first: number; readonly count: number },
): LogReport {
  const findings = report.findings.flatMap(({ model: _, rank = -1, ...finding }) =>
    rank >= first && rank < first + count ? [{ ...finding, rank: rank - first }] : [],
  );
  return { ...report, findings };
}
