import type { Reader } from "./readers.ts";

/** Processor time that one input may take: so much, and so much more for each megabyte of it. */
const SECONDS = 1.5;
const SECONDS_A_MEGABYTE = 4;

/** Longest sentence that a refusal may be. */
const MOST_CHARACTERS = 1500;

/** What refuses input, by the names of the errors. */
const REFUSALS: readonly string[] = ["InputError", "NvidiaSmiParseError"];

const BUILTINS = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Function.prototype,
  Map.prototype,
];
const before = BUILTINS.map((builtin) => Reflect.ownKeys(builtin).length);

/** Reads an input. Gives what is wrong with how it was read: undefined where it was read, or refused as it should be. */
export async function judged(reader: Reader, bytes: Uint8Array): Promise<string | undefined> {
  const started = process.cpuUsage();
  const problem = await problemOf(reader, bytes);
  const { user, system } = process.cpuUsage(started);
  const seconds = (user + system) / 1e6;
  const most = SECONDS + (SECONDS_A_MEGABYTE * bytes.length) / 1e6;
  if (BUILTINS.some((builtin, i) => Reflect.ownKeys(builtin).length !== before[i])) {
    return "a prototype was changed";
  }
  return (
    problem ??
    (seconds > most
      ? `took ${seconds.toFixed(1)} s of processor time, more than ${most.toFixed(1)}`
      : undefined)
  );
}

async function problemOf(reader: Reader, bytes: Uint8Array): Promise<string | undefined> {
  try {
    await reader.read(bytes);
    return;
  } catch (error) {
    if (!(error instanceof Error && REFUSALS.includes(error.name))) {
      return `not refused, but failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
    return refusalProblem(error.message);
  }
}

function refusalProblem(message: string): string | undefined {
  if (message.trim() === "") {
    return "refused without a word";
  }
  if (/[\p{Cc}\u2028\u2029]/u.test(message)) {
    return `refused with control characters or in several lines: ${JSON.stringify(message.slice(0, 300))}`;
  }
  if (/\n\s+at |node:internal/.test(message)) {
    return `refused with a stack: ${message.slice(0, 300)}`;
  }
  return message.length > MOST_CHARACTERS
    ? `refused in ${message.length} characters: ${message.slice(0, 300)}`
    : undefined;
}
