/** One sample of a Prometheus exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly text: string;
}

/** Longest line read, and most lines: vLLM prints 2,000 lines of at most 1,000 characters. */
const MAX_LINE_CHARACTERS = 8192;
const MAX_LINES = 200_000;

const NAME = /^([a-zA-Z_:][\w:]{0,200})(?=[{\s])/;
const LABEL = /([a-zA-Z_]\w{0,100})="((?:[^"\\]|\\.){0,1000})"(,|\}|$)?/y;

/** Samples of the metrics whose names begin with one of `prefixes`; lines that can't be read are left out. */
export function parsePrometheus(text: string, prefixes: readonly string[]): readonly Sample[] {
  return text
    .split("\n", MAX_LINES)
    .filter((line) => prefixes.some((prefix) => line.startsWith(prefix)))
    .flatMap((line) => sampleOf(line.slice(0, MAX_LINE_CHARACTERS).trim()));
}

function sampleOf(line: string): readonly Sample[] {
  const name = NAME.exec(line)?.[1];
  if (name === undefined) {
    return [];
  }
  const { labels, end } = labelsAt(line, name.length);
  const value = Number(line.slice(end).trim().split(/\s/, 1)[0]);
  return Number.isFinite(value) && line.slice(end).trim() !== ""
    ? [{ name, labels, value, text: line }]
    : [];
}

/** The labels in braces, and where they end. */
function labelsAt(
  line: string,
  start: number,
): { readonly labels: Readonly<Record<string, string>>; readonly end: number } {
  const labels: Record<string, string> = {};
  if (line[start] !== "{") {
    return { labels, end: start };
  }
  LABEL.lastIndex = start + 1;
  let end = start + 1;
  for (let match = LABEL.exec(line); match !== null; match = LABEL.exec(line)) {
    const [whole, name = "", value = ""] = match;
    Object.defineProperty(labels, name, { value, enumerable: true, configurable: true });
    end = match.index + whole.length;
  }
  const close = line.indexOf("}", Math.max(start, end - 1));
  return { labels, end: close < 0 ? line.length : close + 1 };
}
