import { expect, test, vi } from "vitest";
import { takeToken } from "./served-token.ts";

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as Storage;
}

const place = (hash: string) => ({ hash, pathname: "/", search: "" });
const TOKEN = "a".repeat(43);

test("the token leaves the address, and waits for a reload", () => {
  const storage = memory();
  const history = { replaceState: vi.fn() };
  expect(takeToken(place(`#token=${TOKEN}`), { history, storage })).toBe(TOKEN);
  expect(history.replaceState).toHaveBeenCalledWith(undefined, "", "/");
  expect(takeToken(place(""), { history, storage })).toBe(TOKEN);
});

test.each(["", "#f1=abc", "#token=short", "#token=<script>aaaaaaaaaaaaaaaaaaaaaaaaaa"])(
  "%j holds none",
  (hash) => {
    const history = { replaceState: vi.fn() };
    expect(takeToken(place(hash), { history, storage: memory() })).toBeUndefined();
    expect(history.replaceState).not.toHaveBeenCalled();
  },
);
