import { median, spread } from "../../../scripts/bench-tables.ts";

/** What was measured of one thing that a person does, over and over. */
export interface Row {
  readonly name: string;
  /** Milliseconds, a run each. */
  readonly times: readonly number[];
  /** The median must not be above it. */
  readonly bar: number;
  /** What the times are made of, and what of them is the work of a processor; milliseconds, a run each. */
  readonly parts?: Readonly<Record<string, readonly number[]>>;
  readonly note?: string;
}

const RUNS = 15;

/** Measures one thing over and over; the first run warms what is loaded when it is first needed, and does not count. */
export async function repeated<T>(measure: (run: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let run = -1; run < RUNS; run += 1) {
    const result = await measure(run + 1);
    if (run >= 0) {
      results.push(result);
    }
  }
  return results;
}

export function isSlow({ times, bar }: Row): boolean {
  return median(times) > bar;
}

/** A line of a table: median and spread of the times, what they may be, and each part. */
export function rowCells(row: Row): readonly string[] {
  const { name, times, bar, parts = {}, note } = row;
  const more = Object.entries(parts).map(([part, each]) => `${part} ${spread(each, 1)}`);
  return [
    name,
    spread(times, 1),
    `${bar.toFixed(0)}: ${isSlow(row) ? "SLOW" : "kept"}`,
    [...more, ...(note === undefined ? [] : [note])].join("; "),
  ];
}
