// What stand-ins of command-line tools share.
import { readFileSync } from "node:fs";

export function say(line) {
  process.stdout.write(`${line}\n`);
}

export function fail(code, ...lines) {
  for (const line of lines) {
    process.stderr.write(`${line}\n`);
  }
  process.exit(code);
}

/** Words as flags with as many values as each takes (0 or 1; `--flag=value` too), and the rest; ends at one that is not known. */
export function flagsOf([word, ...others], known) {
  if (word === undefined) {
    return { options: {}, rest: [] };
  }
  const [, name, said] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === undefined) {
    const { options, rest } = flagsOf(others, known);
    return { options, rest: [word, ...rest] };
  }
  if (!(name in known)) {
    return fail(125, `unknown flag: ${word}`);
  }
  const takes = known[name] === 1 && said === undefined;
  const { options, rest } = flagsOf(takes ? others.slice(1) : others, known);
  const value = said ?? (takes ? others[0] : "true");
  return { options: { [name]: value, ...options }, rest };
}

export function copyTo(stream, file) {
  stream.write(readFileSync(file));
}
