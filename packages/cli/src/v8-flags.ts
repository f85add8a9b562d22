import { setFlagsFromString } from "node:v8";

/**
 * Bytes of bytecode that V8 runs of a function before it thinks of optimising it. By itself it takes 132 KiB
 * (`interrupt_budget` in the sources of V8 11.3), and a command that ends after two seconds spends half of its CPU time on
 * functions that it then hardly calls: a fleet of 12 cards explained took 3.7 CPU seconds, and takes 2.2 with this. A search
 * of minutes has run so much in its first milliseconds.
 */
const BYTES_BEFORE_OPTIMIZING = 1024 * 1024;

/**
 * Bytes of bytecode that V8 copies into a function that it optimises; 920 by itself. A batch calls the same functions for
 * each of thousands of lines, which is worth optimising at V8's own pace, but each of its threads does so anew: with
 * fewer copies to go through, 20,000 lines take 2.2 CPU seconds, not 2.5, and 240,000 no more than before.
 */
const BYTES_INLINED = 200;

/** V8 of Node.js 20 to 24, which have these flags; an unknown one would print a complaint. */
const KNOWN_V8 = /^1[1-3]\./;

/** Call it before anything is run often. Changes how long things take and nothing else. */
export function setV8Flags(argv: readonly string[]): void {
  if (KNOWN_V8.test(process.versions.v8)) {
    setFlagsFromString(
      argv.some(isBatch)
        ? `--max-inlined-bytecode-size-cumulative=${BYTES_INLINED}`
        : `--interrupt-budget=${BYTES_BEFORE_OPTIMIZING}`,
    );
  }
}

function isBatch(argument: string): boolean {
  return argument === "--batch" || argument.startsWith("--batch=");
}
