import { Readable } from "node:stream";
import { main } from "../../packages/cli/src/main.ts";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InProcess {
  readonly cwd: string;
  readonly width?: number;
  /** As on a terminal that shows colours; false where absent. */
  readonly hasColor?: boolean;
  /** Told the line that a terminal would show; none is shown where absent. */
  readonly showProgress?: (line: string) => void;
  /** Nothing where absent. */
  readonly stdin?: string;
}

/** Runs `berth ARGV` in this process, which takes no second to start: for many calls of one command. */
export async function berthHere(
  argv: readonly string[],
  { cwd, width = 120, hasColor = false, showProgress, stdin = "" }: InProcess,
): Promise<Said> {
  let stdout = "";
  let stderr = "";
  const code = await main(argv, {
    print: async (text) => {
      stdout += typeof text === "string" ? text : new TextDecoder().decode(text);
    },
    remark: (text) => {
      stderr += `berth: ${text}\n`;
    },
    ...(showProgress === undefined ? {} : { showProgress }),
    stdin: Readable.from(stdin === "" ? [] : [Buffer.from(stdin)]),
    cwd,
    width,
    hasColor,
  });
  return { code, stdout, stderr };
}
