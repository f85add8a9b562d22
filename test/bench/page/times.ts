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

/** One line: median and spread of the times, and of each part. */
export function rowText(row: Row): string {
  const { name, times, bar, parts = {}, note } = row;
  const said = `${name}: ${spread(times)}, median of ${times.length}, at most ${bar.toFixed(0)}`;
  const more = Object.entries(parts).map(([part, each]) => `${part} ${spread(each)}`);
  return [
    `${isSlow(row) ? "SLOW" : "ok  "}  ${said}`,
    ...more,
    ...(note === undefined ? [] : [note]),
  ].join("; ");
}

function spread(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)].map((time) => time.toFixed(1));
  return `${median(times).toFixed(1)} ms (${least} to ${most})`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
