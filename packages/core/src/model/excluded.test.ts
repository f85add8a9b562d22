import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isExcluded, isReadablePattern } from "./excluded.ts";

const NAME = "model.layers.3.self_attn.q_proj";

describe("plain names", () => {
  test.each([
    { name: "lm_head", pattern: "lm_head", expected: true },
    { name: NAME, pattern: NAME, expected: true },
    { name: NAME, pattern: "self_attn", expected: true }, // a parent
    { name: NAME, pattern: "model.layers.3", expected: true },
    { name: NAME, pattern: "model.layers.3.", expected: true }, // some lists end names with a dot
    { name: NAME, pattern: "self_attn.q_proj", expected: true }, // an ending
    { name: "model.layers.3.mlp.gate", pattern: "gate", expected: true },
    { name: "model.layers.3.mlp.gate_proj", pattern: "gate", expected: false },
    { name: "model.layers.30.mlp.up_proj", pattern: "model.layers.3", expected: false },
    { name: NAME, pattern: "model.layers.4.self_attn.q_proj", expected: false },
    { name: NAME, pattern: "model.language_model.layers.3.self_attn.q_proj", expected: true },
    { name: NAME, pattern: "language_model.model.layers.3.self_attn", expected: true },
    { name: NAME, pattern: "backbone.layers.4.self_attn", expected: false },
  ])("$pattern on $name: $expected", ({ name, pattern, expected }) => {
    expect(isExcluded(name, [pattern])).toBe(expected);
  });
});

describe("globs", () => {
  test.each([
    { name: NAME, pattern: "*self_attn*", expected: true },
    { name: NAME, pattern: "model.layers.*.self_attn", expected: true }, // what is below it too
    { name: NAME, pattern: "model.layers.3*", expected: true },
    { name: NAME, pattern: "*.k_proj", expected: false },
    { name: "lm_head", pattern: "lm_hea?", expected: true },
    { name: NAME, pattern: "*mlp*", expected: false },
  ])("$pattern on $name: $expected", ({ name, pattern, expected }) => {
    expect(isExcluded(name, [pattern])).toBe(expected);
  });
});

describe("re: patterns", () => {
  test.each([
    { name: NAME, pattern: "re:.*self_attn.*", expected: true },
    { name: NAME, pattern: "re:model\\.language_model\\.layers\\.3\\..*", expected: true },
    { name: NAME, pattern: "re:.*(q_proj|k_proj)$", expected: true },
    { name: NAME, pattern: "re:.*(up_proj|down_proj)$", expected: false },
    { name: NAME, pattern: "re:model[.]layers[.]\\d+[.]self_attn", expected: true },
    { name: NAME, pattern: "re:^model\\.layers\\.[0-2]\\..*", expected: false },
    { name: NAME, pattern: "re:self_attn", expected: false }, // from the start on, as Python's match
    { name: "model.visual.merger", pattern: "re:.*visual.*", expected: true },
    { name: "lm_head", pattern: "re:.*lm_heads?", expected: true },
  ])("$pattern on $name: $expected", ({ name, pattern, expected }) => {
    expect(isExcluded(name, [pattern])).toBe(expected);
  });

  test("what runs away elsewhere stays short here", () => {
    const start = performance.now();
    expect(isExcluded("a".repeat(200), ["re:(a+)+$b"])).toBe(false);
    expect(isExcluded("a".repeat(200), ["re:.*.*.*.*.*.*.*.*b"])).toBe(false);
    expect(performance.now() - start).toBeLessThan(60_000); // a backtracking engine would take years
  });

  test.each(["re:(?=a)b", "re:a{3}", "re:(a", "re:a)", "re:\\1", "re:*", "re:[z-a]", "re:\\bx"])(
    "%s can't be read",
    (pattern) => {
      expect(isReadablePattern(pattern)).toBe(false);
      expect(isExcluded("a", [pattern])).toBe(false);
    },
  );
});

test("one of many is enough, none excludes nothing", () => {
  expect(isExcluded(NAME, ["lm_head", "*.q_proj", "re:x"])).toBe(true);
  expect(isExcluded(NAME, [])).toBe(false);
});

test("readable expressions match as JavaScript's own do", () => {
  const piece = fc.constantFrom("a", "b", ".", ".*", "a+", "b?", "(a|b)", "(ab)*", "[ab]", "\\.");
  const pattern = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const text = fc.array(fc.constantFrom("a", "b", "."), { maxLength: 8 }).map((c) => c.join(""));
  fc.assert(
    fc.property(pattern, text, (source, name) => {
      expect(isExcluded(name, [`re:${source}$`])).toBe(new RegExp(`^(?:${source}$)`).test(name));
    }),
    { numRuns: 500 },
  );
});
