import { estimate, InputError } from "@berth/core";
import type { Line } from "../io/lines.ts";
import type { ModelSource } from "../io/model-source.ts";
import { estimateJson } from "./estimate-batch-json.ts";
import { RepeatedAnswers } from "./estimate-batch-memory.ts";
import { checkBatchLine } from "./estimate-request.ts";

/** Where a batch is from: what messages call it, and what its models' paths are relative to. */
export interface BatchPlace {
  readonly file: string;
  readonly folder: string;
}

export interface BatchAnswers {
  /** A line for each, with its end, in UTF-8: bytes go from thread to thread without a copy. */
  readonly bytes: Uint8Array;
  readonly failed: number;
  /** Lines that are left, once enough is answered for one piece of text. */
  readonly rest: readonly Line[];
}

export type AnswerBatch = (lines: readonly Line[]) => Promise<BatchAnswers>;

/** Text is handed on from this size: 64 usual lines have 0.7 million characters, one of 4096 ranks has 12. */
const ENOUGH_CHARACTERS = 4_000_000;

/** Answers lines, one JSON line for each in the same order; empty lines have no answer. */
export function batchAnswers(place: BatchPlace, models: ModelSource): AnswerBatch {
  const answerLine = lineAnswers(place, models);
  return async (lines) => {
    let text = "";
    let failed = 0;
    let done = 0;
    while (done < lines.length && text.length < ENOUGH_CHARACTERS) {
      const line = lines[done];
      done += 1;
      if (line !== undefined && line.text.trim() !== "") {
        const answer = await answerLine(line);
        text += `${answer.json}\n`;
        failed += answer.isError ? 1 : 0;
      }
    }
    return { bytes: UTF8.encode(text), failed, rest: lines.slice(done) };
  };
}

const UTF8 = new TextEncoder();

interface LineAnswer {
  readonly json: string;
  readonly isError: boolean;
}

function lineAnswers(
  { file, folder }: BatchPlace,
  models: ModelSource,
): (line: Line) => Promise<LineAnswer> {
  const repeated = new RepeatedAnswers();
  return async (line) => {
    const place = `${file === "-" ? "stdin" : file}: line ${line.number}`;
    let id: unknown = null;
    try {
      const value = parseLine(place, line);
      id = idOf(value);
      const { model, request } = checkBatchLine(place, value);
      const spec = await models.read(model, folder);
      const json = repeated.answer(JSON.stringify([model, request]), () =>
        estimateJson(estimate(request, spec)),
      );
      return { json: withId(json, id), isError: false };
    } catch (error) {
      return { json: JSON.stringify({ id, error: errorOf(error, place) }), isError: true };
    }
  };
}

function withId(json: string, id: unknown): string {
  return id === null ? json : `{"id":${JSON.stringify(id)},${json.slice(1)}`;
}

function parseLine(place: string, { text, isCut }: Line): unknown {
  if (isCut) {
    throw new InputError({ file: place }, "expected a line of at most a million characters");
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError({ file: place }, "expected a JSON object, got broken JSON", {
      cause: error,
    });
  }
}

function idOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "id" in value ? value.id : null;
}

function errorOf(
  error: unknown,
  place: string,
): { readonly code: string; readonly message: string } {
  if (error instanceof InputError) {
    return { code: "bad-input", message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `${place}: internal error: ${message}; please report it` };
}
