import { square } from "../units/same-math.ts";
import type { StepLoad, StepTime } from "./serving-limits.ts";

/** The time of a step as a plane: what tensors can compute for thousands of states at once. */
export interface LinearStep {
  readonly baseSeconds: number;
  readonly secondsPerSequence: number;
  /** For each token that the decoding sequences hold in the KV cache. */
  readonly secondsPerKvToken: number;
  /** For each prompt token that the step reads. */
  readonly secondsPerPromptToken: number;
}

/** Where a plane is laid through the times of steps. */
export interface StepRange {
  /** Most sequences of a step, and most tokens that they hold. */
  readonly sequences: number;
  readonly kvTokens: number;
  /** Length of a prompt, and most of its tokens in one step. */
  readonly promptTokens: number;
  readonly maxNumTokens: number;
}

/**
 * The plane through the time of a step of one sequence, of half and of all sequences, with half and all of the
 * tokens: least squares, with no negative slope and a base above 0. Prompts cost what one of the given length does,
 * read in steps of at most `maxNumTokens`.
 */
export function linearStep(stepTime: StepTime, range: StepRange): LinearStep {
  const { sequences, kvTokens } = range;
  const each = kvTokens / Math.max(1, sequences);
  const loads = [1, sequences / 4, sequences / 2, sequences].flatMap((wanted) => {
    const decodes = Math.max(1, wanted);
    return [decodes * each * LESS, decodes * each].map((decodeContext) => ({
      decodes,
      decodeContext,
    }));
  });
  const points = loads.map((load) => ({
    ...load,
    seconds: stepTime({ ...load, ...NO_PROMPT }),
  }));
  const [base, perSequence, perToken] = plane(points);
  return {
    baseSeconds: base,
    secondsPerSequence: perSequence,
    secondsPerKvToken: perToken,
    secondsPerPromptToken: promptTokenSeconds(stepTime, range),
  };
}

const LESS = 1 / 2;
const NO_PROMPT = { prefillTokens: 0, prefillPairs: 0 };

interface Point extends Pick<StepLoad, "decodes" | "decodeContext"> {
  readonly seconds: number;
}

/** What a prompt adds to a step of one sequence, per token, over the steps that it takes. */
function promptTokenSeconds(stepTime: StepTime, range: StepRange): number {
  const length = Math.max(1, Math.round(range.promptTokens));
  const alone = { decodes: 1, decodeContext: range.kvTokens / Math.max(1, range.sequences) };
  const without = stepTime({ ...alone, ...NO_PROMPT });
  let sum = 0;
  for (let read = 0; read < length; ) {
    const prefillTokens = Math.min(length - read, range.maxNumTokens);
    const prefillPairs = prefillTokens * read + (prefillTokens * (prefillTokens + 1)) / 2;
    sum += stepTime({ ...alone, prefillTokens, prefillPairs }) - without;
    read += prefillTokens;
  }
  return Math.max(0, sum / length);
}

/** Least squares of seconds over (1, sequences, tokens); a slope that comes out negative is left out. */
function plane(points: readonly Point[]): readonly [number, number, number] {
  const least = Math.min(...points.map(({ seconds }) => seconds)) / points.length;
  const fits = [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ].map(([hasSequences, hasTokens]) =>
    solve(points, [() => 1, ...pick(hasSequences, "decodes"), ...pick(hasTokens, "decodeContext")]),
  );
  const [both, one, two, none] = fits.map((fit) => fit ?? []);
  const candidates: readonly (readonly number[])[] = [
    both ?? [],
    [one?.[0] ?? 0, one?.[1] ?? 0, 0],
    [two?.[0] ?? 0, 0, two?.[1] ?? 0],
    [none?.[0] ?? 0, 0, 0],
  ].filter(
    ([base = 0, sequences = -1, tokens = -1]) => base >= least && sequences >= 0 && tokens >= 0,
  );
  const [base = least, perSequence = 0, perToken = 0] =
    candidates.toSorted((a, b) => errorOf(points, a) - errorOf(points, b))[0] ?? [];
  return [base, perSequence, perToken];
}

type Column = (point: Point) => number;

function pick(isIn: boolean | undefined, key: "decodes" | "decodeContext"): readonly Column[] {
  return isIn === true ? [(point) => point[key]] : [];
}

function errorOf(points: readonly Point[], [base = 0, a = 0, b = 0]: readonly number[]): number {
  return points.reduce(
    (sum, { decodes, decodeContext, seconds }) =>
      sum + square(base + a * decodes + b * decodeContext - seconds),
    0,
  );
}

/** Normal equations by Gauss' elimination, each column scaled to 1; undefined where columns say the same. */
function solve(
  points: readonly Point[],
  columns: readonly Column[],
): readonly number[] | undefined {
  const scales = columns.map((column) => Math.max(...points.map(column), Number.MIN_VALUE));
  const value = (column: number, point: Point) =>
    (columns[column]?.(point) ?? 0) / (scales[column] ?? 1);
  const size = columns.length;
  const rows = columns.map((_, i) =>
    Array.from({ length: size + 1 }, (_unused, j) =>
      points.reduce(
        (sum, point) => sum + value(i, point) * (j === size ? point.seconds : value(j, point)),
        0,
      ),
    ),
  );
  for (let i = 0; i < size; i += 1) {
    const pivot = rows[i]?.[i] ?? 0;
    if (Math.abs(pivot) < SINGULAR) {
      return undefined;
    }
    for (const row of rows.filter((_, at) => at !== i)) {
      const factor = (row[i] ?? 0) / pivot;
      row.forEach((own, j) => {
        row[j] = own - factor * (rows[i]?.[j] ?? 0);
      });
    }
  }
  return rows.map((row, i) => (row[size] ?? 0) / (row[i] ?? 1) / (scales[i] ?? 1));
}

/** Pivot of scaled columns below which they are the same but for rounding. */
const SINGULAR = 1e-9;
