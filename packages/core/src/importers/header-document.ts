import { InputError } from "../report/errors.ts";
import { type Fields, fieldsOf, shownSafely } from "./fields.ts";
import type { GgufHeader } from "./gguf-reader.ts";
import type { GgufValue } from "./gguf-values.ts";
import { parseJson } from "./parse-json.ts";
import { elementsOf, MAX_DIMENSIONS, MAX_TENSORS, type StoredTensor } from "./stored-tensor.ts";

/** A file of this ending stands for the large one that is not there: "llama.gguf.header.json". */
export const HEADER_ENDING = ".header.json";

const SCHEMA = "berth/header@1";

/** What a plan needs of a file that holds weights. */
export type WeightsHeader =
  | { readonly form: "gguf"; readonly header: GgufHeader }
  | { readonly form: "safetensors"; readonly tensors: readonly StoredTensor[] }
  /** An engine of one rank, of which only the size counts. */
  | { readonly form: "engine"; readonly bytes: number };

/** The largest file that a plan can mean: more than any checkpoint, and exact as a number. */
const MAX_BYTES = 1e15;

/** The longest list in metadata that is kept: an entry a layer. */
const MAX_LIST = 4096;

/** A header as text: what no plan needs (vocabularies, chat templates) is left out. */
export function headerText(header: WeightsHeader): string {
  switch (header.form) {
    case "gguf":
      return documentText({
        form: header.form,
        metadata: neededMetadata(header.header.metadata),
        tensors: header.header.tensors.map(rowOf),
      });
    case "safetensors":
      return documentText({ form: header.form, tensors: header.tensors.map(rowOf) });
    case "engine":
      return documentText(header);
    default:
      return header satisfies never;
  }
}

function documentText(body: object): string {
  return `${JSON.stringify({ schema: SCHEMA, ...body })}\n`;
}

const rowOf = ({ name, dtype, shape, bytes }: StoredTensor) => [name, dtype, shape, bytes];

const ARCHITECTURE = "general.architecture";
const VOCABULARY = "tokenizer.ggml.tokens";

function neededMetadata(metadata: GgufHeader["metadata"]): Readonly<Record<string, unknown>> {
  const architecture = metadata.get(ARCHITECTURE);
  const needed = [...metadata].filter(
    ([key]) => key === ARCHITECTURE || key === VOCABULARY || key.startsWith(`${architecture}.`),
  );
  return Object.fromEntries(needed.map(([key, value]) => [key, withoutTexts(value)]));
}

/** Of a list of texts, only the length means something. */
function withoutTexts(value: GgufValue): unknown {
  return Array.isArray(value) && value.some((entry) => typeof entry === "string")
    ? { length: value.length }
    : (value ?? null);
}

/** Reads what `headerText` wrote. Throws an InputError that says what is wrong in it. */
export function parseHeader(file: string, text: string): WeightsHeader {
  const fields = fieldsOf(file, parseJson(file, text));
  if (fields.raw("schema") !== SCHEMA) {
    throw fields.bad("schema", `expected ${SCHEMA}, got ${shownSafely(fields.raw("schema"))}`);
  }
  const form = fields.raw("form");
  switch (form) {
    case "gguf":
      return { form, header: { metadata: metadataOf(fields), tensors: tensorsOf(fields) } };
    case "safetensors":
      return { form, tensors: tensorsOf(fields) };
    case "engine":
      return { form, bytes: bytesOf(fields) };
    default:
      throw fields.bad("form", `expected gguf, safetensors or engine, got ${shownSafely(form)}`);
  }
}

function bytesOf(fields: Fields): number {
  const bytes = fields.raw("bytes");
  if (!isSize(bytes)) {
    throw fields.bad("bytes", `expected a number of bytes, got ${shownSafely(bytes)}`);
  }
  return bytes;
}

function isSize(value: unknown): value is number {
  return (
    typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MAX_BYTES
  );
}

function metadataOf(fields: Fields): GgufHeader["metadata"] {
  const metadata = fields.object("metadata");
  const keys = metadata?.keys() ?? [];
  return new Map(
    keys.map((key) => {
      const value = metadata?.raw(key) ?? null;
      if (!isMetadata(value)) {
        throw fields.bad("metadata", `${key}: expected a value, a list or a length of one`);
      }
      return [key, value ?? undefined];
    }),
  );
}

function isMetadata(value: unknown): value is Exclude<GgufValue, undefined> | null {
  if (Array.isArray(value)) {
    return value.length <= MAX_LIST && value.every(isScalar);
  }
  return isScalar(value) || isSize((value as { readonly length?: unknown }).length);
}

function isScalar(value: unknown): value is number | boolean | string | null {
  return value === null || ["number", "boolean", "string"].includes(typeof value);
}

function tensorsOf(fields: Fields): readonly StoredTensor[] {
  const rows = fields.raw("tensors");
  if (!Array.isArray(rows) || rows.length > MAX_TENSORS) {
    throw fields.bad("tensors", `expected a list of at most ${MAX_TENSORS} tensors`);
  }
  return rows.map((row: unknown, place) => {
    const tensor = tensorOf(row);
    if (tensor === undefined) {
      throw new InputError(
        { file: fields.file, key: `tensors[${place}]` },
        `expected a name, a type, a shape and bytes, got ${shownSafely(row)}`,
      );
    }
    return tensor;
  });
}

function tensorOf(row: unknown): StoredTensor | undefined {
  if (!Array.isArray(row)) {
    return;
  }
  const [name, dtype, shape, bytes] = row as readonly unknown[];
  const isTensor =
    typeof name === "string" && typeof dtype === "string" && isShape(shape) && isSize(bytes);
  return isTensor ? { name, dtype, shape, bytes } : undefined;
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.length <= MAX_DIMENSIONS && elementsOf(shape) !== undefined;
}
