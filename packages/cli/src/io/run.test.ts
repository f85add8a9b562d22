import { expect, test } from "vitest";
import { tryProgram } from "./run.ts";

test("a program that there is not is told in one sentence, and ending it early ends nobody else", async () => {
  const controller = new AbortController();
  let isReached = false;
  const onTerm = (): void => {
    isReached = true;
  };
  process.on("SIGTERM", onTerm);
  const asked = tryProgram({
    command: "no-such-program-here",
    args: [],
    what: "test",
    timeoutSeconds: 5,
    signal: controller.signal,
  });
  controller.abort();
  await expect(asked).rejects.toThrow("test: there is no no-such-program-here on the PATH");
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off("SIGTERM", onTerm);
  expect(isReached).toBe(false);
});

test("one that runs is ended by its signal", async () => {
  const controller = new AbortController();
  const asked = tryProgram({
    command: "sleep",
    args: ["30"],
    what: "test",
    timeoutSeconds: 60,
    signal: controller.signal,
  });
  controller.abort();
  expect((await asked).isDone).toBe(false);
});
