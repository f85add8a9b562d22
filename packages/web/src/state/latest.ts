/**
 * Asks one question at a time. What is asked meanwhile waits, and only the last of it is asked; so that a slider
 * never builds up a queue.
 */
export function askLatest<Ask, Answer>(
  ask: (question: Ask) => Promise<Answer>,
  show: (answer: Answer) => void,
  fail: (error: unknown) => void,
): (question: Ask) => void {
  let isAsking = false;
  let waiting: { readonly question: Ask } | undefined;

  async function run(question: Ask): Promise<void> {
    isAsking = true;
    try {
      const answer = await ask(question);
      if (waiting === undefined) {
        show(answer);
      }
    } catch (error) {
      fail(error);
    }
    isAsking = false;
    const next = waiting;
    waiting = undefined;
    if (next !== undefined) {
      void run(next.question);
    }
  }

  return (question) => {
    if (isAsking) {
      waiting = { question };
    } else {
      void run(question);
    }
  };
}
