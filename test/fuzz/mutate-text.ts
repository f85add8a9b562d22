import { COUNTS, KEYS, NUMBERS, TEXTS } from "./hostile-values.ts";
import { MOST_MADE, picked, type Step } from "./steps.ts";

type Change = (text: string, step: Step, others: readonly string[]) => string;

const place = (text: string, { at }: Step): number => (text === "" ? 0 : at % text.length);

const insert: Change = (text, step) => {
  const at = place(text, step);
  return text.slice(0, at) + picked([...TEXTS, ...NUMBERS, ...KEYS], step.pick) + text.slice(at);
};

const cut: Change = (text, step) => text.slice(0, place(text, step));

const drop: Change = (text, step) => {
  const at = place(text, step);
  return text.slice(0, at) + text.slice(at + 1 + (step.size % 80));
};

const renumber: Change = (text, step) => {
  const found = [...text.slice(0, 200_000).matchAll(/\d+(?:\.\d+)?/g)];
  if (found.length === 0) {
    return insert(text, step, []);
  }
  const match = picked(found, step.at);
  const end = match.index + match[0].length;
  return text.slice(0, match.index) + picked(NUMBERS, step.pick) + text.slice(end);
};

const RUNS = [
  "(",
  "[",
  "{",
  " ",
  "a",
  '"',
  "\n",
  "<",
  "-",
  "\t",
  ",",
  "|",
  ":",
  "&",
  "#",
  "=",
  ".",
];

const run: Change = (text, step) => {
  const at = place(text, step);
  return (
    text.slice(0, at) + picked(RUNS, step.pick).repeat(picked(COUNTS, step.size)) + text.slice(at)
  );
};

/** A line, or the lines from it on, again and again. */
const repeat: Change = (text, step) => {
  const lines = text.split("\n");
  const first = step.at % lines.length;
  const part = lines.slice(first, first + 1 + (step.pick % 12));
  const room = Math.floor(MOST_MADE / (part.join("\n").length + 1));
  const times = Math.min(picked(COUNTS, step.size), room);
  const again = Array.from({ length: times }, () => part).flat();
  return [...lines.slice(0, first), ...again, ...lines.slice(first)].join("\n");
};

const swap: Change = (text, step) => {
  const lines = text.split("\n");
  const [a, b] = [step.at % lines.length, step.pick % lines.length];
  const swapped = lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
  return swapped.join("\n");
};

const dropLine: Change = (text, step) => {
  const lines = text.split("\n");
  return lines.toSpliced(step.at % lines.length, 1 + (step.size % 3)).join("\n");
};

const splice: Change = (text, step, others) => {
  const other = others.length === 0 ? text : picked(others, step.pick);
  return text.slice(0, place(text, step)) + other.slice(place(other, { ...step, at: step.size }));
};

const replaceCharacter: Change = (text, step) => {
  const at = place(text, step);
  return text.slice(0, at) + String.fromCharCode(step.pick % 0x3000) + text.slice(at + 1);
};

const requote: Change = (text, step) => {
  const found = [...text.slice(0, 200_000).matchAll(/"[^"\n]{0,200}"/g)];
  if (found.length === 0) {
    return insert(text, step, []);
  }
  const match = picked(found, step.at);
  const end = match.index + match[0].length;
  return (
    text.slice(0, match.index) +
    JSON.stringify(picked([...TEXTS, ...KEYS], step.pick)) +
    text.slice(end)
  );
};

const CHANGES: readonly Change[] = [
  insert,
  cut,
  drop,
  renumber,
  renumber,
  run,
  repeat,
  swap,
  dropLine,
  splice,
  replaceCharacter,
  requote,
];

/** A text with one change that knows nothing of its form. */
export function changedText(text: string, step: Step, others: readonly string[]): string {
  return picked(CHANGES, step.op)(text, step, others).slice(0, MOST_MADE);
}
