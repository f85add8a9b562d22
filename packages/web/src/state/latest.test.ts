import { expect, test } from "vitest";
import { askLatest } from "./latest.ts";

/** Lets everything that waits for a promise go on. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function asking() {
  const asked: number[] = [];
  const shown: string[] = [];
  const failed: unknown[] = [];
  const open: { answer: (text: string) => void; refuse: (error: Error) => void }[] = [];
  const ask = askLatest(
    (question: number) =>
      new Promise<string>((answer, refuse) => {
        asked.push(question);
        open.push({ answer, refuse });
      }),
    (answer) => shown.push(answer),
    (error) => failed.push(error),
  );
  return { asked, shown, failed, open, ask };
}

test("of what is asked meanwhile, only the last is asked and shown", async () => {
  const { asked, shown, open, ask } = asking();
  [1, 2, 3, 4].forEach(ask);
  expect(asked).toEqual([1]);
  open[0]?.answer("of 1");
  await settled();
  expect(asked).toEqual([1, 4]);
  expect(shown).toEqual([]);
  open[1]?.answer("of 4");
  await settled();
  expect(shown).toEqual(["of 4"]);
});

test("a question that fails does not stop the next", async () => {
  const { asked, shown, failed, open, ask } = asking();
  ask(1);
  ask(2);
  open[0]?.refuse(new Error("no"));
  await settled();
  expect(failed).toEqual([new Error("no")]);
  expect(asked).toEqual([1, 2]);
  open[1]?.answer("of 2");
  await settled();
  expect(shown).toEqual(["of 2"]);
});
