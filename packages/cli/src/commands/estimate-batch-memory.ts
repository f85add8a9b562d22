import type { JsonBytes } from "../io/json-bytes.ts";

/** Questions remembered; then all are forgotten. One takes some hundred bytes, its answer some ten thousand. */
const MOST_QUESTIONS = 10_000;
/** Bytes of answers and characters of questions kept. */
const MOST_BYTES = 20_000_000;

/** Answers to questions that came twice before: batches repeat themselves, and most of the work is writing. */
export class RepeatedAnswers {
  readonly #answers = new Map<string, Uint8Array | undefined>();
  #bytes = 0;

  /** Writes the answer, which `write` does only where it is not kept. */
  write(question: string, out: JsonBytes, write: () => void): void {
    const kept = this.#answers.get(question);
    if (kept !== undefined) {
      out.put(kept);
      return;
    }
    const start = out.length;
    write();
    this.#keep(question, () => out.copyFrom(start));
  }

  /** A question's first time only leaves a mark, so that a batch without repetitions keeps no answers. */
  #keep(question: string, answer: () => Uint8Array): void {
    if (this.#answers.size >= MOST_QUESTIONS || this.#bytes >= MOST_BYTES) {
      this.#answers.clear();
      this.#bytes = 0;
    }
    const kept = this.#answers.has(question) ? answer() : undefined;
    this.#answers.set(question, kept);
    this.#bytes += (kept?.length ?? 0) + question.length;
  }
}
