import { resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { calibrationIn } from "../io/calibration-file.ts";
import { chunksOf } from "../io/chunks.ts";
import { type Line, linesOf } from "../io/lines.ts";
import type { ModelSource } from "../io/model-source.ts";
import type { Terminal } from "../io/terminal.ts";
import { type AnswerBatch, type BatchAnswers, batchAnswers } from "./estimate-batch-answer.ts";
import { inOrder } from "./estimate-batch-order.ts";
import { BatchPool } from "./estimate-batch-pool.ts";
import { Rooms } from "./estimate-batch-rooms.ts";

/** One JSON line out for each JSON line in, in order. Lines that can't be estimated say why; the rest go on. */
export async function estimateBatch(
  { file, calibration }: { readonly file: string; readonly calibration: string | undefined },
  models: ModelSource,
  terminal: Terminal,
): Promise<ExitCode> {
  const corrections = await calibrationIn(calibration, terminal.cwd);
  const place = {
    file,
    folder: terminal.cwd,
    ...(corrections === undefined ? {} : { calibration: corrections }),
  };
  const answerHere = batchAnswers(place, models);
  const lines = linesOf(
    file === "-" ? terminal.stdin : chunksOf({ path: resolve(terminal.cwd, file), name: file }),
  );
  const pool = new BatchPool(place);
  const rooms = new Rooms();
  let failed = 0;
  try {
    for await (const answers of answersOf(lines, answerHere, { pool, rooms })) {
      failed += answers.failed;
      await terminal.print(answers.bytes);
      rooms.giveBack(answers.bytes);
    }
  } finally {
    await pool.close();
  }
  if (failed > 0) {
    terminal.remark(`${failed} of the lines could not be estimated; their "error" says why`);
  }
  return EXIT.done;
}

/**
 * Lines that are answered without a thread, which needs a quarter of a second of a core that has nothing else to do. The first
 * read of a larger file brings more.
 */
const FEW_LINES = 250;

/** Answers as their lines came; the pool has some, and what it has no room for is answered here. */
async function* answersOf(
  lines: AsyncIterable<readonly Line[]>,
  answerHere: AnswerBatch,
  { pool, rooms }: { readonly pool: BatchPool; readonly rooms: Rooms },
): AsyncGenerator<BatchAnswers> {
  const begin = (task: readonly Line[]): Promise<BatchAnswers> =>
    pool.take(task, rooms) ?? answerHere(task, rooms.take());
  const tasks = tasksOf(lines, () => pool.start());
  for await (const answers of inOrder(tasks, { begin, most: pool.mostTasks })) {
    yield answers;
    let { rest } = answers;
    while (rest.length > 0) {
      const more = await answerHere(rest, rooms.take());
      yield more;
      rest = more.rest;
    }
  }
}

/** Lines of one task: some milliseconds, beside which what it costs to hand one over is small. */
const TASK_LINES = 32;

/** Lines in tasks; says so as soon as they are many. */
async function* tasksOf(
  lines: AsyncIterable<readonly Line[]>,
  areMany: () => void,
): AsyncGenerator<readonly Line[]> {
  let read = 0;
  for await (const together of lines) {
    read += together.length;
    if (read > FEW_LINES) {
      areMany();
    }
    for (let start = 0; start < together.length; start += TASK_LINES) {
      yield together.slice(start, start + TASK_LINES);
      // lets the pool's answers come in
      await setImmediate();
    }
  }
}
