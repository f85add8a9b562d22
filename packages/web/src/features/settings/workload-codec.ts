import { parseTokens } from "@berth/core";
import { WORKLOAD_TEXT } from "../../text/workload-en.ts";
import type { Codec } from "./codec.ts";

const { problems } = WORKLOAD_TEXT;

/** Longest expression that core reads. */
const MOST_CHARACTERS = 200;
const NUMBER = /^(?:\d+\.?\d*|\.\d+)$/;
/** What expressions are made of; whether one makes sense is core's to say. */
const EXPRESSION = /^[\w\s.+\-*/%^(),]+$/;

/** What the ways of saying lengths are made of: half of one is no expression. */
const OTHERS = /\.\.|\b(?:sigma|most|of)\b|%\s*\d+\s*(?:,|$)|%$/;

/** A number as a number, and what is an expression, or "8k", as text. */
function amountOf(typed: string): number | string {
  return NUMBER.test(typed) ? Number(typed) : typed;
}

function isAmount(typed: string): boolean {
  const isExpression = EXPRESSION.test(typed) && !OTHERS.test(typed) && !typed.startsWith("-");
  return isExpression && typed.length <= MOST_CHARACTERS;
}

const shown = (value: unknown): string => (value === undefined ? "" : String(value));

/** 2.5, or "users * 0.2 / 60" */
export const amount: Codec = {
  show: shown,
  read: amountOf,
  problem: (typed) => (isAmount(typed) ? undefined : problems.amount(typed)),
};

/** A way in which lengths are said: how it looks as text, and back. Undefined where a text or a value is another's. */
interface Form {
  readonly show: (value: Parts) => string | undefined;
  readonly read: (typed: string) => unknown;
}

type Parts = Readonly<Record<string, unknown>>;

/** "600..3k most 8k", "600 sigma 0.8" */
const LOGNORMAL: Form = {
  show: ({ median, p95, sigma, most }) => {
    const spread = p95 === undefined ? ` sigma ${shown(sigma)}` : `..${shown(p95)}`;
    return median === undefined
      ? undefined
      : `${shown(median)}${spread}${most === undefined ? "" : ` most ${shown(most)}`}`;
  },
  read: (typed) => {
    const [, median, p95, sigma, most] =
      /^(.+?)(?:\.\.(.+?)|\s+sigma\s+(.+?))(?:\s+most\s+(.+))?$/.exec(typed) ?? [];
    const said = [median, p95 ?? sigma, ...(most === undefined ? [] : [most])];
    return said.every((part) => part !== undefined && isAmount(part))
      ? {
          median: amountOf(median ?? ""),
          ...(p95 === undefined ? { sigma: amountOf(sigma ?? "") } : { p95: amountOf(p95) }),
          ...(most === undefined ? {} : { most: amountOf(most) }),
        }
      : undefined;
  },
};

const PERCENT = 100;
/** More than a share can mean, and fewer digits than arithmetic spoils. */
const DIGITS_KEPT = 12;
const clean = (value: number): number => Number(value.toPrecision(DIGITS_KEPT));

/** "50% 300, 95% 3k" */
const QUANTILES: Form = {
  show: ({ quantiles }) =>
    listed(quantiles)
      ?.map(({ share, tokens }) => `${clean(Number(share) * PERCENT)}% ${shown(tokens)}`)
      .join(", "),
  read: (typed) => {
    const points = typed.split(",").map((part) => {
      const [, share, tokens = ""] = /^\s*(\d+(?:\.\d+)?)\s*%\s*(\S+)\s*$/.exec(part) ?? [];
      const value = clean(Number(share) / PERCENT);
      return value <= 1 && parseTokens(tokens) !== undefined
        ? { share: value, tokens: amountOf(tokens) }
        : undefined;
    });
    return points.length > 1 && !points.includes(undefined) ? { quantiles: points } : undefined;
  },
};

/** "1-512: 3, 512-2k: 1" */
const HISTOGRAM: Form = {
  show: ({ histogram }) =>
    listed(histogram)
      ?.map(({ from, to, weight }) => `${shown(from)}-${shown(to)}: ${shown(weight)}`)
      .join(", "),
  read: (typed) => {
    const bins = typed.split(",").map((part) => {
      const [, from = "", to = "", weight] =
        /^\s*(\w+)\s*[-–]\s*(\w+)\s*:\s*(\d+(?:\.\d+)?)\s*$/.exec(part) ?? [];
      const [least, end] = [parseTokens(from), parseTokens(to)];
      return least !== undefined && end !== undefined && end > least
        ? { from: Number(least), to: Number(end), weight: Number(weight) }
        : undefined;
    });
    return bins.includes(undefined) ? undefined : { histogram: bins };
  },
};

const FORMS: readonly Form[] = [QUANTILES, HISTOGRAM, LOGNORMAL];

function listed(value: unknown): readonly Parts[] | undefined {
  return Array.isArray(value) ? (value as readonly Parts[]) : undefined;
}

/** Lengths of prompts or outputs, in each of the ways that the fleet file has for them. */
export const lengths: Codec = {
  show: (value) =>
    typeof value === "object" && value !== null
      ? (FORMS.map(({ show }) => show(value as Parts)).find((text) => text !== undefined) ?? "")
      : shown(value),
  read: lengthsOf,
  problem: (typed) => (lengthsOf(typed) === undefined ? problems.lengths(typed) : undefined),
};

function lengthsOf(typed: string): unknown {
  const form = FORMS.map(({ read }) => read(typed)).find((value) => value !== undefined);
  const isTokens = parseTokens(typed) !== undefined || isAmount(typed);
  return form ?? (isTokens ? amountOf(typed) : undefined);
}

/** "200", or "200 of 80 %": how many tokens, and for which share of the requests. */
export const prefix: Codec = {
  show: (value) => {
    const { tokens, share } = (value ?? {}) as Parts;
    const part = typeof share === "number" ? `${clean(share * PERCENT)} %` : shown(share);
    return shown(tokens) + (share === undefined ? "" : ` of ${part}`);
  },
  read: prefixOf,
  problem: (typed) => (prefixOf(typed) === undefined ? problems.prefix(typed) : undefined),
};

function prefixOf(typed: string): unknown {
  const [tokens = "", share] = typed.split(/\s+of\s+/, 2);
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(share ?? "") ?? [];
  const part = percent === undefined ? share : clean(Number(percent) / PERCENT);
  const isShare = typeof part === "number" ? part <= 1 : part === undefined || isAmount(part);
  return isAmount(tokens) && isShare
    ? {
        tokens: amountOf(tokens),
        ...(part === undefined ? {} : { share: typeof part === "number" ? part : amountOf(part) }),
      }
    : undefined;
}

/** 95, or 99.9 */
export const percentile: Codec = {
  show: shown,
  read: Number,
  problem: (typed) =>
    NUMBER.test(typed) && Number(typed) > 0 && Number(typed) < PERCENT
      ? undefined
      : problems.percentile(typed),
};

/** "500 ms", "2 s", or an amount of seconds */
export const duration: Codec = {
  show: shown,
  read: amountOf,
  problem: (typed) =>
    (/^\d+(?:\.\d+)?\s*(?:ms|s)$/.test(typed) || isAmount(typed)) && Number.parseFloat(typed) !== 0
      ? undefined
      : problems.duration(typed),
};
