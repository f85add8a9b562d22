import { InputError, type Place, shown } from "../../report/errors.ts";
import { parseTokens } from "../../units/parse.ts";
import { type Tokens, tokens } from "../../units/units.ts";
import { evaluateExpression, type Vars } from "./expression.ts";
import type { Wanted } from "./wanted.ts";
import type { Amount } from "./workload-types.ts";

/** Where an amount stands, and the names that it may use. */
export interface Entry extends Required<Place> {
  readonly vars: Vars;
}

/** A number as it stands, or what an expression over the vars gives in the unit that is wanted; at least 0. */
export async function numberOf(
  { vars, ...place }: Entry,
  amount: Amount,
  wanted: Wanted = "number",
): Promise<number> {
  const value =
    typeof amount === "number" ? amount : await evaluateExpression(place, amount, vars, wanted);
  return atLeast0(place, value);
}

export function atLeast0(place: Place, value: number): number {
  if (value < 0) {
    throw new InputError(place, `expected a number of at least 0, got ${value}`);
  }
  return value;
}

/** Tokens: 8192, "8k", "8k tokens", or an expression, rounded to whole ones. */
export async function tokensOf(entry: Entry, amount: Amount): Promise<Tokens> {
  const text =
    typeof amount === "string" ? amount.replace(/(?<=[\dkm])\s*tokens?\s*$/i, "") : amount;
  const value =
    parseTokens(text) ??
    tokens(Math.min(MOST_TOKENS + 1, Math.round(await numberOf(entry, amount, "tokens"))));
  if (value < 1 || value > MOST_TOKENS) {
    throw new InputError(entry, `expected 1 to ${MOST_TOKENS} tokens, got ${shown(amount)}`);
  }
  return value;
}

/** The longest context published is 10 million tokens. */
export const MOST_TOKENS = 100_000_000;

export async function shareOf(entry: Entry, amount: Amount): Promise<number> {
  const value = await numberOf(entry, amount);
  if (value > 1) {
    throw new InputError(entry, `expected a share from 0 to 1, got ${value}`);
  }
  return value;
}

/** "500 ms", "1 minute", an expression with units of time, or an amount of seconds. */
export async function secondsOf(entry: Entry, amount: Amount): Promise<number> {
  // what most targets say needs no mathjs
  const match = typeof amount === "string" ? DURATION.exec(amount) : null;
  const value =
    match === null
      ? await numberOf(entry, amount, "seconds")
      : Number(match[1]) / (match[2] === "ms" ? MILLI : 1);
  if (value <= 0) {
    throw new InputError(entry, `expected more than 0 seconds, got ${shown(amount)}`);
  }
  return value;
}

const DURATION = /^\s*(\d+(?:\.\d+)?)\s*(ms|s)\s*$/;
const MILLI = 1000;
