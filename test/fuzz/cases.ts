import { deflateSync, inflateSync } from "fflate";
import { parse } from "yaml";
import { changedBytes } from "./mutate-bytes.ts";
import { changedXml, changedYaml } from "./mutate-markup.ts";
import { changedText } from "./mutate-text.ts";
import { changedTree } from "./mutate-tree.ts";
import type { Form } from "./readers.ts";
import { picked, type Step } from "./steps.ts";

/** What to make of which seed. */
export interface Recipe {
  readonly seed: number;
  /** True where the changes know the form: a tree's keys, a header's lengths. */
  readonly knowsForm: boolean;
  readonly steps: readonly Step[];
}

/** YAML takes seconds a megabyte: an hour of large texts would be few. One in so many is as large as it comes. */
const USUAL_YAML_BYTES = 50_000;
const LARGE_YAML_EVERY = 8;

/** The input that a recipe makes of a reader's seeds; the same for the same recipe. */
export function inputOf(form: Form, seeds: readonly Uint8Array[], recipe: Recipe): Uint8Array {
  const made = madeOf(form, seeds, recipe);
  const { seed, steps } = recipe;
  const isTooLarge =
    form === "yaml" && made.length > USUAL_YAML_BYTES && seed % LARGE_YAML_EVERY > 0;
  return isTooLarge && steps.length > 0
    ? inputOf(form, seeds, { ...recipe, steps: steps.slice(1) })
    : made;
}

function madeOf(
  form: Form,
  seeds: readonly Uint8Array[],
  { seed, knowsForm, steps }: Recipe,
): Uint8Array {
  const bytes = picked(seeds, seed);
  if (form === "bytes") {
    return steps.reduce(changedBytes, bytes);
  }
  if (form === "safetensors") {
    return knowsForm ? changedHeader(bytes, steps) : steps.reduce(changedBytes, bytes);
  }
  if (form === "link") {
    return knowsForm
      ? changedLink(textOf(bytes), steps)
      : new TextEncoder().encode(withSteps("text", textOf(bytes), [], steps));
  }
  const others = seeds.slice(0, 20).map(textOf);
  const text = knowsForm
    ? withTree(form, textOf(bytes), steps)
    : withSteps(form, textOf(bytes), others, steps);
  return damaged(new TextEncoder().encode(text), steps[0]);
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function withSteps(
  form: Form,
  text: string,
  others: readonly string[],
  steps: readonly Step[],
): string {
  return steps.reduce((before, step) => {
    const knows = step.size % 3 === 0;
    if (form === "xml" && knows && before.includes("<")) {
      return changedXml(before, step);
    }
    return form === "yaml" && knows ? changedYaml(before, step) : changedText(before, step, others);
  }, text);
}

/** JSON is YAML as well. What has no tree (text, XML) is changed as markup. */
function withTree(form: Form, text: string, steps: readonly Step[]): string {
  if (form === "json") {
    return treeText(text, steps);
  }
  if (form === "yaml") {
    const [last, ...rest] = steps;
    const made = changedTree(parse(text), rest);
    return last !== undefined && last.op % 2 === 0 ? changedYaml(text, last) : made;
  }
  return withSteps(
    form,
    text,
    [],
    steps.map((step) => ({ ...step, size: 3 * step.size })),
  );
}

function treeText(text: string, steps: readonly Step[]): string {
  try {
    return changedTree(JSON.parse(text), steps);
  } catch {
    return withSteps("text", text, [], steps);
  }
}

/** Some inputs are no UTF-8, or another Unicode. */
function damaged(bytes: Uint8Array, step: Step | undefined): Uint8Array {
  return step !== undefined && step.pick % 16 === 0
    ? changedBytes(bytes, { ...step, op: step.size % 2 === 0 ? 4 : 8 })
    : bytes;
}

const LENGTH = 8;

/** The header of safetensors as a tree; its length is right, or off. */
function changedHeader(bytes: Uint8Array, steps: readonly Step[]): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = new TextEncoder().encode(
    treeText(textOf(bytes.slice(LENGTH, LENGTH + length)), steps),
  );
  const made = new Uint8Array(LENGTH + header.length + bytes.length - LENGTH - length);
  const off = (steps[0]?.pick ?? 0) % 8 === 0 ? (steps[0]?.size ?? 0) % 1000 : 0;
  new DataView(made.buffer).setBigUint64(0, BigInt(header.length + off), true);
  made.set(header, LENGTH);
  return made;
}

const PREFIX = "f1=";

/** What a link holds, changed and packed again. */
function changedLink(fragment: string, steps: readonly Step[]): Uint8Array {
  const packed = Buffer.from(fragment.slice(PREFIX.length), "base64url");
  const made = treeText(textOf(inflateSync(packed)), steps);
  const again = Buffer.from(deflateSync(new TextEncoder().encode(made))).toString("base64url");
  return new TextEncoder().encode(PREFIX + again);
}
