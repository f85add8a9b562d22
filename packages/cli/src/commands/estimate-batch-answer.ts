import { estimate, InputError } from "@berth/core";
import { calibrateBy, type ReadCalibration } from "../io/calibration-file.ts";
import { JsonBytes } from "../io/json-bytes.ts";
import { continueAt } from "../io/json-shape.ts";
import type { Line } from "../io/lines.ts";
import type { ModelSource } from "../io/model-source.ts";
import { estimateJson } from "./estimate-batch-json.ts";
import { RepeatedAnswers } from "./estimate-batch-memory.ts";
import { checkBatchLine } from "./estimate-request.ts";

/** Where a batch is from: what messages call it, and what its models' paths are relative to. */
export interface BatchPlace {
  readonly file: string;
  readonly folder: string;
  /** One for all lines; absent where estimates are as published. */
  readonly calibration?: ReadCalibration;
}

export interface BatchAnswers {
  /** A line for each, with its end, in UTF-8: bytes go from thread to thread without a copy. */
  readonly bytes: Uint8Array;
  readonly failed: number;
  /** Lines that are left, once enough is answered for one piece of text. */
  readonly rest: readonly Line[];
}

/** Answers lines; their bytes go to `room`, where some is given that is of no more use. */
export type AnswerBatch = (lines: readonly Line[], room?: ArrayBuffer) => Promise<BatchAnswers>;

/** Bytes are handed on from this size: 64 usual lines have 0.7 million, one of 4096 ranks has 12. */
const ENOUGH_BYTES = 4_000_000;

/** Answers lines, one JSON line for each in the same order; empty lines have no answer. */
export function batchAnswers(place: BatchPlace, models: ModelSource): AnswerBatch {
  const out = new JsonBytes();
  const lineAnswer = lineAnswers(place, models, out);
  const answer: AnswerBatch = async (lines, room) => {
    const answerLine = await lineAnswer;
    out.take(room);
    let failed = 0;
    let done = 0;
    while (done < lines.length && out.length < ENOUGH_BYTES) {
      const line = lines[done];
      done += 1;
      if (line !== undefined && line.text.trim() !== "") {
        const isAnswered = await answerLine(line);
        out.put(NEWLINE);
        failed += isAnswered ? 0 : 1;
      }
    }
    return { bytes: out.take(), failed, rest: lines.slice(done) };
  };
  // one after another: they write to the same bytes
  let last: Promise<unknown> = Promise.resolve();
  return (lines, room) => {
    const answers = last.then(() => answer(lines, room));
    last = answers;
    return answers;
  };
}

const NEWLINE = Buffer.from("\n");

/** Writes the answer to a line; false where that is an error. */
async function lineAnswers(
  { file, folder, calibration }: BatchPlace,
  models: ModelSource,
  out: JsonBytes,
): Promise<(line: Line) => Promise<boolean>> {
  const repeated = new RepeatedAnswers();
  const calibrate = await calibrateBy(calibration);
  return async (line) => {
    const place = `${file === "-" ? "stdin" : file}: line ${line.number}`;
    const start = out.length;
    let id: unknown = null;
    try {
      const value = parseLine(place, line);
      id = idOf(value);
      const { model, request } = checkBatchLine(place, value);
      const spec = await models.read(model, folder);
      const question = JSON.stringify([model, request]);
      withId(id, out, () =>
        repeated.write(question, out, () => estimateJson(estimate(request, spec, calibrate), out)),
      );
      return true;
    } catch (error) {
      out.backTo(start);
      out.json(JSON.stringify({ id, error: errorOf(error, place) }));
      return false;
    }
  };
}

/** What `write` writes, with the line's id first, where it has one. */
function withId(id: unknown, out: JsonBytes, write: () => void): void {
  if (id === null) {
    write();
    return;
  }
  out.json(`{"id":${JSON.stringify(id)}`);
  const at = out.length;
  write();
  continueAt(out, at);
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
