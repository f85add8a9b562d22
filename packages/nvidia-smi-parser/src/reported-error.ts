import { NvidiaSmiParseError } from "./errors.ts";
import type { Line } from "./lines.ts";

/** Errors that nvidia-smi, NVML or a shell prints where an output would stand. Matched inside a line. */
const REPORTED: readonly RegExp[] = [
  /NVIDIA-SMI has failed because.*/i,
  /NVIDIA-SMI couldn't find.*/i,
  /No devices were found.*/i,
  /Failed to initialize NVML:.*/i,
  /Unable to determine the device handle for gpu.*/i,
  /Field ".*" is not a valid field to query.*/i,
  /Invalid combination of input arguments.*/i,
  /Option .* is not recognized.*/i,
  /ERROR: .*/,
  /nvidia-smi\S{0,8}: (?:command )?not found.*/i,
  /command not found: nvidia-smi.*/i,
  /Command 'nvidia-smi' not found.*/i,
  /'?nvidia-smi'?\S{0,4} is not recognized as.*/i,
  /nvidia-smi\S{0,8}: (?:No such file or directory|Permission denied).*/i,
];

/** Longest part of nvidia-smi's own words that goes into a message. */
const MAX_QUOTED_CHARS = 200;

/** The first error that nvidia-smi itself reports in these lines, as ours; undefined where there is none. */
export function reportedError(lines: readonly Line[]): NvidiaSmiParseError | undefined {
  for (const { text, number } of lines) {
    const words = reportedWords(text);
    if (words !== undefined) {
      return new NvidiaSmiParseError(
        "reported",
        `expected an output of nvidia-smi, got its error ${JSON.stringify(words)}`,
        { line: number },
      );
    }
  }
  return undefined;
}

function reportedWords(text: string): string | undefined {
  for (const pattern of REPORTED) {
    const words = pattern.exec(text.slice(0, 1000))?.[0];
    if (words !== undefined) {
      return words.trim().slice(0, MAX_QUOTED_CHARS);
    }
  }
  return undefined;
}
