// Reads broken and hostile input until the time is over: pnpm fuzz [READER] [--minutes N] [--seed S]
// A process of its own reads, so that input which hangs it or fills its memory is found as well. What a reader did not
// stand is kept below .berth/fuzz, as small as it was found to be. Ends with 1 where something was found.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { tried } from "../test/fuzz/property.ts";
import { READERS } from "../test/fuzz/readers.ts";

const FOUND = join(import.meta.dirname, "../.berth/fuzz");
/** Memory that a reader may take, in MiB, for inputs of up to 3 MB. */
const MOST_HEAP_MIB = 768;
/** One input that is still being read after this is one that hangs, also where others keep the machine busy. */
const HANGS_AFTER_MILLISECONDS = 300_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    child: { type: "boolean", default: false },
  },
});
const names = positionals.length === 0 ? Object.keys(READERS) : positionals;
const unknown = names.find((name) => !Object.hasOwn(READERS, name));
const milliseconds = (Number(values.minutes) * 60_000) / names.length;
const seed = Number(values.seed);
if (unknown !== undefined || !(milliseconds > 0) || !Number.isSafeInteger(seed)) {
  process.stderr.write(
    `fuzz: expected any of ${Object.keys(READERS).join(", ")}, --minutes above 0 and a whole --seed\n`,
  );
  process.exit(2);
}

mkdirSync(FOUND, { recursive: true });
let failures = 0;
for (const name of names) {
  failures += (await (values.child ? readOne(name) : watchOne(name))) ? 0 : 1;
}
process.exitCode = failures === 0 ? 0 : 1;

/** The input that a reader has before it now. */
function currentFile(name: string): string {
  return join(FOUND, `${name}.current`);
}

/** Reads inputs here; false where one was not stood. */
async function readOne(name: string): Promise<boolean> {
  const reader = READERS[name];
  if (reader === undefined) {
    return false;
  }
  const onInput = (input: Uint8Array): void => writeFileSync(currentFile(name), input);
  const runs = Number.MAX_SAFE_INTEGER;
  const outcome = await tried(reader, { runs, seed, milliseconds, onInput });
  if (outcome.failure === undefined) {
    process.stdout.write(
      `${name}: ${outcome.runs} inputs from seed ${seed}, all read or refused\n`,
    );
    return true;
  }
  const file = join(FOUND, `${name}-${seed}`);
  writeFileSync(file, outcome.failure.input);
  process.stdout.write(
    `${name}: ${file} (${outcome.failure.input.length} bytes): ${outcome.failure.problem}\n`,
  );
  return false;
}

/** Has another process read, and ends it where it hangs. */
function watchOne(name: string): Promise<boolean> {
  const own = [name, "--minutes", String(milliseconds / 60_000), "--seed", String(seed), "--child"];
  const heap = `--max-old-space-size=${MOST_HEAP_MIB}`;
  const child = spawn(
    process.execPath,
    [...process.execArgv, heap, fileURLToPath(import.meta.url), ...own],
    { stdio: "inherit" },
  );
  let isHung = false;
  const timer = setInterval(() => {
    isHung = Date.now() - changedAt(currentFile(name)) > HANGS_AFTER_MILLISECONDS;
    if (isHung) {
      child.kill("SIGKILL");
    }
  }, 1000);
  return new Promise((resolve) => {
    child.on("exit", (code, signal) => {
      clearInterval(timer);
      if (signal !== null) {
        const file = join(FOUND, `${name}-${seed}`);
        copyFileSync(currentFile(name), file);
        const how = isHung ? "hangs" : `was ended by ${signal}, as where memory is full`;
        process.stdout.write(`${name}: ${file}: the reader ${how}\n`);
      }
      rmSync(currentFile(name), { force: true });
      resolve(code === 0);
    });
  });
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
}
