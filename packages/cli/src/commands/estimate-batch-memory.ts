/** Questions remembered; then all are forgotten. One takes some hundred bytes, its answer some ten thousand. */
const MOST_QUESTIONS = 10_000;
/** Characters of answers kept. */
const MOST_CHARACTERS = 20_000_000;

/** Answers to questions that came twice before: batches repeat themselves, and most of the work is writing. */
export class RepeatedAnswers {
  readonly #answers = new Map<string, string | undefined>();
  #characters = 0;

  /** The answer, computed only where it is not kept. */
  answer(question: string, compute: () => string): string {
    const kept = this.#answers.get(question);
    if (kept !== undefined) {
      return kept;
    }
    const answer = compute();
    this.#keep(question, answer);
    return answer;
  }

  /** A question's first time only leaves a mark, so that a batch without repetitions keeps no answers. */
  #keep(question: string, answer: string): void {
    if (this.#answers.size >= MOST_QUESTIONS || this.#characters >= MOST_CHARACTERS) {
      this.#answers.clear();
      this.#characters = 0;
    }
    const isSecond = this.#answers.has(question);
    this.#answers.set(question, isSecond ? answer : undefined);
    this.#characters += isSecond ? answer.length : 0;
  }
}
