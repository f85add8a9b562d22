import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { type EstimateDocument, estimate, InputError } from "@berth/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type Line, linesOf } from "../io/lines.ts";
import type { ModelSource } from "../io/model-source.ts";
import { codeOf } from "../io/read-text.ts";
import type { Terminal } from "../io/terminal.ts";
import { checkBatchLine } from "./estimate-request.ts";

interface BatchError {
  readonly id: unknown;
  readonly error: { readonly code: string; readonly message: string };
}

/** One JSON line out for each JSON line in, in order. Lines that can't be estimated say why; the rest go on. */
export async function estimateBatch(
  file: string,
  models: ModelSource,
  terminal: Terminal,
): Promise<ExitCode> {
  let failed = 0;
  for await (const line of linesOf(await openBatch(file, terminal))) {
    if (line.text.trim() === "") {
      continue;
    }
    const answer = await answerLine(line, file, models, terminal.cwd);
    failed += "error" in answer ? 1 : 0;
    await terminal.print(`${JSON.stringify(answer)}\n`);
  }
  if (failed > 0) {
    terminal.remark(`${failed} of the lines could not be estimated; their "error" says why`);
  }
  return EXIT.done;
}

async function openBatch(file: string, terminal: Terminal): Promise<Readable> {
  if (file === "-") {
    return terminal.stdin;
  }
  const path = resolve(terminal.cwd, file);
  try {
    if ((await stat(path)).isDirectory()) {
      throw new InputError({ file }, "expected a file of JSON lines, got a folder");
    }
  } catch (error) {
    throw error instanceof InputError
      ? error
      : new InputError({ file }, `can't be read (${codeOf(error)})`, { cause: error });
  }
  return createReadStream(path);
}

async function answerLine(
  line: Line,
  file: string,
  models: ModelSource,
  folder: string,
): Promise<BatchError | (EstimateDocument & { readonly id?: unknown })> {
  const place = `${file === "-" ? "stdin" : file}: line ${line.number}`;
  let id: unknown = null;
  try {
    const value = parseLine(place, line);
    id = idOf(value);
    const { model, request } = checkBatchLine(place, value);
    const document = estimate(request, await models.read(model, folder));
    return id === null ? document : { id, ...document };
  } catch (error) {
    return { id, error: errorOf(error, place) };
  }
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

function errorOf(error: unknown, place: string): BatchError["error"] {
  if (error instanceof InputError) {
    return { code: "bad-input", message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message: `${place}: internal error: ${message}; please report it` };
}
