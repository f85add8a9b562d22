import { setFlagsFromString } from "node:v8";

/**
 * Bytes of bytecode that V8 runs of a function before it thinks of optimising it. By itself it takes 132 KiB
 * (`interrupt_budget` in the sources of V8 11.3), and a command that ends after two seconds spends half of its CPU time on
 * functions that it then hardly calls: a fleet of 12 cards explained took 3.7 CPU seconds, and takes 2.2 with this. A search
 * of minutes has run so much in its first milliseconds.
 */
const BYTES_BEFORE_OPTIMIZING = 1024 * 1024;

/** V8 of Node.js 20 to 24, which have that flag; an unknown one would print a complaint. */
const KNOWN_V8 = /^1[1-3]\./;

/**
 * Call it before anything is run often. Changes how long things take and nothing else. Not for a batch, which runs the same
 * functions for each of thousands of lines: 20,000 estimates took 2.1 CPU seconds with this, and take 1.6 as V8 does by itself.
 */
export function optimizeLater(argv: readonly string[]): void {
  if (KNOWN_V8.test(process.versions.v8) && !argv.some(isBatch)) {
    setFlagsFromString(`--interrupt-budget=${BYTES_BEFORE_OPTIMIZING}`);
  }
}

function isBatch(argument: string): boolean {
  return argument === "--batch" || argument.startsWith("--batch=");
}
