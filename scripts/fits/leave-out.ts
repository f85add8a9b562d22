/** One row that took no part in the fit which foretold it. */
export interface Check {
  /** What was foretold over what was measured, less one. */
  readonly error: number;
  readonly isInside: boolean;
}

/** How rows fared whose group was left out of the fit: all groups of one kind together. */
export interface HeldOut {
  /** What the rows of a group share. */
  readonly by: string;
  readonly groups: number;
  readonly checks: readonly Check[];
}

/** Leaves each group out in turn: `foretell` has the rows of the others and says how those of the group fare. */
export function leaveOut<Row>(
  by: string,
  rows: readonly Row[],
  {
    groupOf,
    foretell,
  }: {
    readonly groupOf: (row: Row) => string;
    readonly foretell: (others: readonly Row[], group: readonly Row[]) => readonly Check[];
  },
): HeldOut {
  const groups = [...new Set(rows.map(groupOf))];
  const checks = groups.flatMap((group) =>
    foretell(
      rows.filter((row) => groupOf(row) !== group),
      rows.filter((row) => groupOf(row) === group),
    ),
  );
  return { by, groups: groups.length, checks };
}

/** Median of the error's size, the most that is promised too much, and the share inside the bounds. */
export function faring({ checks }: HeldOut): {
  readonly median: number;
  readonly over: number;
  readonly inside: number;
} {
  const sizes = checks.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  return {
    median: sizes[Math.floor(sizes.length / 2)] ?? Number.NaN,
    over: Math.max(...checks.map(({ error }) => error)),
    inside: checks.filter(({ isInside }) => isInside).length / checks.length,
  };
}

/** A line for each kind of group. */
export function heldOutTable(kinds: readonly HeldOut[]): string {
  const lines = kinds.map((kind) => {
    const { median, over, inside } = faring(kind);
    const cells = [median, over, inside].map((share) =>
      `${(100 * share).toFixed(2)} %`.padStart(9),
    );
    return `${kind.by.padEnd(28)} ${String(kind.groups).padStart(6)} ${String(kind.checks.length).padStart(5)} ${cells.join(" ")}`;
  });
  return ["group                        groups  rows    median      over    inside", ...lines].join(
    "\n",
  );
}
