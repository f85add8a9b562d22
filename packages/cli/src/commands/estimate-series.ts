import {
  closest,
  type EstimateDocument,
  type EstimateRequest,
  gpuIds,
  parseTokens,
  shown,
} from "@berth/core";
import { UsageError } from "../usage-error.ts";
import { ESTIMATE_KEYS, flagOf, type KeyKind } from "./estimate-keys.ts";

/** Estimates of one model that differ in one key. */
export interface Series {
  /** The key that differs, as the flag is spelled. */
  readonly key: string;
  readonly points: readonly SeriesPoint[];
}

export interface SeriesPoint {
  readonly value: string;
  readonly estimate: EstimateDocument;
}

/** An estimate of the model that the series is of. */
export type EstimateOne = (request: EstimateRequest) => EstimateDocument;

/** Points that a sweep may have; a table of more is of no use to anyone. */
const MOST_POINTS = 200;

/**
 * The estimates of `--sweep KEY=FROM..TO` (doubling from FROM to TO) or `KEY=A,B,C`. Throws a UsageError for
 * a key that has no numbers and for values that are none.
 */
export function sweepSeries(
  sweep: string,
  request: EstimateRequest,
  estimate: EstimateOne,
): Series {
  const [flag = "", range = ""] = sweep.split(/=(.*)/s);
  const key = numericKey(flag);
  const points = sweepValues(flag, range).map((value) => ({
    value: String(value),
    estimate: estimate({ ...request, [key]: value }),
  }));
  return { key: flag, points };
}

/** The model on every card of the catalogue. */
export function gpuSeries(request: EstimateRequest, estimate: EstimateOne): Series {
  return {
    key: "gpu",
    points: gpuIds().map((gpu) => ({ value: gpu, estimate: estimate({ ...request, gpu }) })),
  };
}

/** Kinds of keys that a sweep can count up. */
const NUMERIC: ReadonlySet<KeyKind> = new Set(["from-1", "from-1-each", "tokens"]);

function numericKey(flag: string): string {
  const numeric = ESTIMATE_KEYS.filter(({ kind }) => NUMERIC.has(kind));
  const found = numeric.find(({ key }) => flagOf(key) === flag);
  if (found === undefined) {
    const near = closest(
      flag,
      numeric.map(({ key }) => flagOf(key)),
    );
    throw new UsageError(
      `--sweep: expected KEY=FROM..TO with a key such as max-seq-len, got ${shown(flag)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    );
  }
  return found.key;
}

function sweepValues(flag: string, range: string): readonly number[] {
  const [from, to] = range.split("..");
  const values =
    to === undefined
      ? range.split(",").map((text) => count(flag, text))
      : doublings(count(flag, from ?? ""), count(flag, to));
  if (values.length > MOST_POINTS) {
    throw new UsageError(`--sweep: expected at most ${MOST_POINTS} values, got ${values.length}`);
  }
  return values;
}

/** From `from` by doubling, and `to` itself at the end. */
function doublings(from: number, to: number): readonly number[] {
  if (from > to) {
    throw new UsageError(`--sweep: expected FROM below TO, got ${from}..${to}`);
  }
  const values: number[] = [];
  for (let value = from; value < to; value *= 2) {
    values.push(value);
  }
  return [...values, to];
}

function count(flag: string, text: string): number {
  const value = parseTokens(text);
  if (value === undefined || value < 1) {
    throw new UsageError(
      `--sweep: ${flag}: expected a whole number such as 4096 or 4k, got ${shown(text)}`,
    );
  }
  return value;
}
