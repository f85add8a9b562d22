import { compileRegex, type RegexMatcher } from "./linear-regex.ts";

/**
 * Whether a module stays in 16 bits by a checkpoint's list, in which stand:
 * - plain names: whole path components in a row, anywhere ("lm_head", "mlp.gate", "model.layers.0"), so that a
 *   parent excludes what is below it and "gate" does not exclude "gate_proj";
 * - globs ("*self_attn*", "model.layers.*.mlp.gate"): the whole name, or that of a parent;
 * - "re:" patterns (compressed-tensors): from the name's start on, as Python's re.match.
 */
export function isExcluded(name: string, patterns: readonly string[]): boolean {
  return matcherOf(patterns)(name);
}

/** Whether `isExcluded` can match this pattern; its "re:" form has no look-around, back-references or counts. */
export function isReadablePattern(pattern: string): boolean {
  return (
    pattern.length <= MAX_PATTERN &&
    (!pattern.startsWith(REGEX) || compileRegex(pattern.slice(REGEX.length)) !== undefined)
  );
}

/** The longest pattern seen has 120 characters; 1000 keep a match short. */
const MAX_PATTERN = 1000;

const REGEX = "re:";

type Matcher = (name: string) => boolean;

// lists come from frozen specs and are asked for every tensor: compile each once
const MATCHERS = new WeakMap<readonly string[], Matcher>();

function matcherOf(patterns: readonly string[]): Matcher {
  const known = MATCHERS.get(patterns);
  if (known !== undefined) {
    return known;
  }
  const matcher = compile(patterns);
  MATCHERS.set(patterns, matcher);
  return matcher;
}

/** Where multimodal and Mamba checkpoints keep the layers that are "model.layers" elsewhere. */
const OTHER_LAYERS =
  /(?:model\\?\.language_model|language_model\\?\.model|language_model|backbone)(?=\\?\.layers)/;

function compile(listed: readonly string[]): Matcher {
  const patterns = listed.map((pattern) => pattern.replace(OTHER_LAYERS, "model"));
  const regexes = patterns
    .filter((pattern) => pattern.startsWith(REGEX))
    .map((pattern) => compileRegex(pattern.slice(REGEX.length)))
    .filter((regex): regex is RegexMatcher => regex !== undefined);
  const others = patterns.filter((pattern) => !pattern.startsWith(REGEX));
  const globs = others.filter(isGlob);
  const plain = new Set(others.filter((pattern) => !isGlob(pattern)).map(withoutOuterDots));
  return (name) =>
    (plain.size > 0 && componentRuns(name).some((run) => plain.has(run))) ||
    globs.some((glob) => parents(name).some((parent) => globMatches(glob, parent))) ||
    regexes.some((matches) => matches(name));
}

function isGlob(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

function withoutOuterDots(pattern: string): string {
  return pattern.replace(/^\.|\.$/g, "");
}

/** "a.b.c" → a, a.b, a.b.c, b, b.c, c. */
function componentRuns(name: string): readonly string[] {
  const parts = name.split(".");
  return parts.flatMap((_, start) =>
    parts.slice(start).map((_part, length) => parts.slice(start, start + length + 1).join(".")),
  );
}

/** "a.b.c" → a, a.b, a.b.c. */
function parents(name: string): readonly string[] {
  const parts = name.split(".");
  return parts.map((_, index) => parts.slice(0, index + 1).join("."));
}

/** "*" is any run of characters, "?" any one. Goes back to the last star only: time is |glob| · |text|. */
function globMatches(glob: string, text: string): boolean {
  let [g, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (glob[g] === "*") {
      star = g;
      mark = t;
      g += 1;
    } else if (glob[g] === "?" || glob[g] === text[t]) {
      g += 1;
      t += 1;
    } else if (star >= 0) {
      mark += 1;
      [g, t] = [star + 1, mark];
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(g));
}
