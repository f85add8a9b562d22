import { expect, test } from "vitest";
import { edited, redone, startHistory, undone } from "./history.ts";
import type { Workspace } from "./workspace.ts";

const files: Workspace["files"] = [];
const at = (fleet: string): Workspace => ({ fleet, files });

test("undo and redo go back and forth, and an edit forgets what was undone", () => {
  const three = edited(edited(startHistory(at("a")), at("b")), at("c"));
  expect(undone(three).present.fleet).toBe("b");
  expect(redone(undone(three)).present.fleet).toBe("c");
  const other = edited(undone(three), at("d"));
  expect(redone(other)).toBe(other);
  expect(undone(undone(other)).present.fleet).toBe("a");
});

test("at either end nothing happens", () => {
  const start = startHistory(at("a"));
  expect(undone(start)).toBe(start);
  expect(redone(start)).toBe(start);
});

test("what changes nothing is no step", () => {
  const start = startHistory(at("a"));
  expect(edited(start, at("a"))).toBe(start);
});

test("the oldest steps are forgotten, so that memory stays bounded", () => {
  let history = startHistory(at("0"));
  for (let step = 1; step <= 150; step++) {
    history = edited(history, at(String(step)));
  }
  expect(history.past).toHaveLength(100);
  expect(history.past[0]?.fleet).toBe("50");
});

test("typing on is the step that it goes on with, unless something else came between", () => {
  const typed = edited(startHistory(at("a")), at("ab"));
  const more = edited(typed, at("abc"), typed.present);
  expect(undone(more).present.fleet).toBe("a");
  const other = edited(more, at("x"));
  expect(undone(edited(other, at("xy"), more.present)).present.fleet).toBe("x");
});
