import type {
  SpeedBounds,
  SpeedConstants,
} from "../../packages/core/src/capacity/speed-constants.ts";
import type { Case } from "./case.ts";

/** Measured over predicted, for what each case states. */
export interface Ratios {
  readonly tpot: readonly number[];
  readonly ttft: readonly number[];
}

export interface ErrorRow {
  readonly group: string;
  readonly rows: number;
  /** Medians of |predicted / measured - 1|; undefined where no row states it. */
  readonly tpot: number | undefined;
  readonly ttft: number | undefined;
  /** Median factor between the two, the larger over the smaller, of TPOT. */
  readonly factor: number | undefined;
}

/** The errors of cases, taken together by what `groupOf` calls them. */
export function errorTable(
  cases: readonly Case[],
  constantsOf: (one: Case) => SpeedConstants,
  groupOf: (one: Case) => string,
): readonly ErrorRow[] {
  const names = [...new Set(cases.map(groupOf))].sort();
  return names.map((group) => {
    const ratios = ratiosOf(
      cases.filter((one) => groupOf(one) === group),
      constantsOf,
    );
    return {
      group,
      rows: Math.max(ratios.tpot.length, ratios.ttft.length),
      tpot: median(ratios.tpot.map((ratio) => Math.abs(1 / ratio - 1))),
      ttft: median(ratios.ttft.map((ratio) => Math.abs(1 / ratio - 1))),
      factor: median(ratios.tpot.map((ratio) => Math.max(ratio, 1 / ratio))),
    };
  });
}

export function ratiosOf(
  cases: readonly Case[],
  constantsOf: (one: Case) => SpeedConstants,
): Ratios {
  const tpot: number[] = [];
  const ttft: number[] = [];
  for (const one of cases) {
    const predicted = one.predict(constantsOf(one));
    if (one.measured.tpot !== undefined) {
      tpot.push(one.measured.tpot / predicted.tpot);
    }
    if (one.measured.ttft !== undefined) {
      ttft.push(one.measured.ttft / predicted.ttft);
    }
  }
  return { tpot, ttft };
}

/** Of 100 rows, five lie outside. */
const TAIL = 0.025;
/** Of fewer rows not one is expected outside: their range says nothing of 95 %. */
const LEAST_ROWS = Math.round(1 / (2 * TAIL));

/** Bounds of a row of data/speed.json, and of which of them too few rows say anything. */
export interface RowBounds {
  readonly bounds: SpeedBounds;
  readonly ofAllRows: readonly (keyof SpeedBounds)[];
}

/** Ratios between which 95 % of the rows lie; those of 1 and 1 are always inside. */
export function boundsOf({ tpot, ttft }: Ratios): SpeedBounds {
  const ends = (ratios: readonly number[]): readonly [number, number] => [
    Math.min(1, rounded(quantile(ratios, TAIL))),
    Math.max(1, rounded(quantile(ratios, 1 - TAIL))),
  ];
  return { tpot: ends(tpot), ttft: ends(ttft) };
}

/** The bounds of a group's rows; where these are too few, the wider ones of theirs and those of all rows. */
export function groupBounds(own: Ratios, all: SpeedBounds): RowBounds {
  const found = boundsOf(own);
  const ofAllRows = METRICS.filter((metric) => own[metric].length < LEAST_ROWS);
  const ends = (metric: keyof SpeedBounds): readonly [number, number] =>
    ofAllRows.includes(metric)
      ? [Math.min(found[metric][0], all[metric][0]), Math.max(found[metric][1], all[metric][1])]
      : found[metric];
  return { bounds: { tpot: ends("tpot"), ttft: ends("ttft") }, ofAllRows };
}

const METRICS = ["tpot", "ttft"] as const;

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 1;
}

function median(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : quantile(values, 1 / 2);
}
