import { type EstimateRequest, InputError, parseTokens, shown, unknownKeyText } from "@berth/core";
import type { Flags } from "../args/flags.ts";
import { ESTIMATE_KEYS, flagOf, type KeyKind } from "./estimate-keys.ts";

/** The flags as a request. */
export function requestOfFlags(flags: Flags): EstimateRequest {
  const wholes = (flag: string, least: number): readonly number[] | undefined =>
    flags.numbers(flag, `whole numbers of at least ${least}`, (value) => isWhole(value, least));
  const read = {
    text: (flag: string) => flags.text(flag),
    "text-each": (flag: string) => oneOrList(flags.isSet(flag) ? flags.texts(flag) : undefined),
    "from-0": (flag: string) => flags.whole(flag, 0),
    "from-0-each": (flag: string) => oneOrList(wholes(flag, 0)),
    "from-1": (flag: string) => flags.whole(flag, 1),
    "from-1-each": (flag: string) => oneOrList(wholes(flag, 1)),
    "from-1-list": (flag: string) => wholes(flag, 1),
    tokens: (flag: string) => flags.tokens(flag),
    share: (flag: string) => flags.fraction(flag),
    part: (flag: string) => flags.part(flag),
    "weight-list": (flag: string) => flags.numbers(flag, "numbers of at least 0", isWeight),
    yes: (flag: string) => flags.isSet(flag) || undefined,
  } as const satisfies Record<KeyKind, unknown>;
  return Object.fromEntries(
    ESTIMATE_KEYS.flatMap(({ key, kind }) => {
      const value = read[kind](flagOf(key));
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** A list of one is what is in it. */
function oneOrList<T>(values: readonly T[] | undefined): T | readonly T[] | undefined {
  return values?.length === 1 ? values[0] : values;
}

/** One line of a batch, read. */
export interface BatchLine {
  readonly model: string;
  readonly request: EstimateRequest;
}

/** The value of a batch line, checked. Throws an InputError that names the line and the key. */
export function checkBatchLine(place: string, value: unknown): BatchLine {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InputError({ file: place }, `expected a JSON object, got ${shown(value)}`);
  }
  const { id, model, ...rest } = value as Record<string, unknown>;
  if (typeof model !== "string" || model === "") {
    throw new InputError(
      { file: place, key: "model" },
      model === undefined
        ? "is missing; expected a model"
        : `expected a model, got ${shown(model)}`,
    );
  }
  if (id !== undefined && typeof id !== "string" && typeof id !== "number") {
    throw new InputError({ file: place, key: "id" }, `expected text, got ${shown(id)}`);
  }
  if (rest["gpu"] === undefined) {
    throw new InputError({ file: place, key: "gpu" }, `is missing; ${GPU_HINT}`);
  }
  for (const key of Object.keys(rest)) {
    const got = rest[key];
    const checked = checkedKey(place, key, got);
    if (checked !== got) {
      rest[key] = checked;
    }
  }
  return { model, request: rest };
}

/** What to give as a GPU, and where to find it. */
export const GPU_HINT = "expected a GPU such as rtx-4090; berth catalog gpus lists them";

const KEYS: ReadonlyMap<string, (typeof ESTIMATE_KEYS)[number]> = new Map(
  ESTIMATE_KEYS.map((known) => [known.key, known]),
);

function checkedKey(place: string, key: string, got: unknown): unknown {
  const known = KEYS.get(key);
  if (known === undefined) {
    const keys = ["id", "model", ...ESTIMATE_KEYS.map((candidate) => candidate.key)];
    throw new InputError({ file: place, key }, unknownKeyText(key, keys));
  }
  const [expected, isRight] = KINDS[known.kind];
  const value = known.kind === "tokens" && typeof got === "string" ? parseTokens(got) : got;
  if (!isRight(value)) {
    throw new InputError({ file: place, key }, `expected ${expected}, got ${shown(got)}`);
  }
  return value;
}

const isWhole = (value: unknown, least: number): boolean =>
  Number.isSafeInteger(value) && Number(value) >= least;

const isWeight = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";

const isListOf = (value: unknown, isRight: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isRight);

const KINDS = {
  text: ["text", isText],
  "text-each": [
    "text, or a list of it",
    (value: unknown): boolean => isText(value) || isListOf(value, isText),
  ],
  "from-0": ["a whole number of at least 0", (value: unknown): boolean => isWhole(value, 0)],
  "from-0-each": [
    "a whole number of at least 0, or a list of such",
    (value: unknown): boolean => isWhole(value, 0) || isListOf(value, (entry) => isWhole(entry, 0)),
  ],
  "from-1": ["a whole number of at least 1", (value: unknown): boolean => isWhole(value, 1)],
  "from-1-each": [
    "a whole number of at least 1, or a list of such",
    (value: unknown): boolean => isWhole(value, 1) || isListOf(value, (entry) => isWhole(entry, 1)),
  ],
  "from-1-list": [
    "a list of whole numbers of at least 1",
    (value: unknown): boolean => isListOf(value, (entry) => isWhole(entry, 1)),
  ],
  tokens: ['tokens such as 8192 or "32k"', (value: unknown): boolean => isWhole(value, 1)],
  share: [
    "a number above 0 and below 1",
    (value: unknown): boolean => typeof value === "number" && value > 0 && value < 1,
  ],
  part: [
    "a number from 0 to 1",
    (value: unknown): boolean => typeof value === "number" && value >= 0 && value <= 1,
  ],
  "weight-list": [
    "a list of numbers of at least 0",
    (value: unknown): boolean => isListOf(value, isWeight),
  ],
  yes: ["true or false", (value: unknown): boolean => typeof value === "boolean"],
} as const satisfies Record<KeyKind, readonly [string, (value: unknown) => boolean]>;
