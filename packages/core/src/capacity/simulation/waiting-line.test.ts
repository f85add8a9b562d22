import { expect, test } from "vitest";
import { newSequence, type Sequence } from "./sequence.ts";
import { WaitingLine } from "./waiting-line.ts";

const named = (at: number): Sequence =>
  newSequence({ at, prompt: 1, output: 1, sharesPrefix: false });

/** Lets all leave; gives them in that order. */
function emptied(line: WaitingLine): readonly number[] {
  const left: number[] = [];
  for (let next = line.first; next !== undefined; next = line.first) {
    left.push(next.request.at);
    line.leave();
  }
  return left;
}

test("the last paused goes first, then who came first", () => {
  const line = new WaitingLine();
  for (const at of [1, 2, 3]) {
    line.add(named(at));
  }
  line.leave();
  line.pause(named(10));
  line.pause(named(11));
  expect(emptied(line)).toEqual([11, 10, 2, 3]);
  expect(line.isEmpty).toBe(true);
});

test("who leaves and who comes keep their order, however many", () => {
  const line = new WaitingLine();
  const left: number[] = [];
  for (let at = 0; at < 10_000; at += 1) {
    line.add(named(at));
    if (at % 3 > 0) {
      left.push(line.first?.request.at ?? -1);
      line.leave();
    }
  }
  expect([...left, ...emptied(line)]).toEqual(Array.from({ length: 10_000 }, (_, at) => at));
});

test("those who came since the last mark had to wait, and those who left had not", () => {
  const line = new WaitingLine();
  const [gone, ...waiting] = [named(0), named(1), named(2)];
  for (const one of [gone, ...waiting]) {
    line.add(one as Sequence);
  }
  line.leave();
  line.markLast();
  expect([gone, ...waiting].map((one) => one?.hadToWait)).toEqual([false, true, true]);
});
