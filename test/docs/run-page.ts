import { spawn } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { folderWith } from "../cli/run-berth.ts";
import { freeShortPorts } from "../support/free-ports.ts";
import type { Step } from "./page-blocks.ts";

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a step printed, both streams as they came, and how it ended. */
export interface Printed {
  readonly output: string;
  readonly code: number;
}

/**
 * Runs the steps of a page as its reader would: in one shell, in a folder that looks like a checkout, with `berth` on
 * the PATH and a home of its own.
 */
export async function runPage(steps: readonly Step[]): Promise<readonly Printed[]> {
  const firstPort = await freeShortPorts(JSON.stringify(steps));
  const folder = folderWith({ "bin/berth": program(firstPort) });
  const work = join(folder, "berth");
  mkdirSync(work);
  mkdirSync(join(folder, "home"));
  symlinkSync(join(folder, "bin/berth"), join(work, "berth"));
  cpSync(join(ROOT, "examples"), join(work, "examples"), { recursive: true });
  for (const name of LINKED) {
    symlinkSync(join(ROOT, name), join(work, name));
  }
  const output = await bash(withPorts(scriptOf(steps), FIRST_PORT, firstPort), {
    cwd: work,
    home: join(folder, "home"),
    programs: join(folder, "bin"),
  });
  const printed = output.replaceAll(join(folder, "home"), "~").replaceAll(work, "~/berth");
  return printedBy(withPorts(printed, firstPort, FIRST_PORT));
}

/** The first port of a launch, as pages show it; a run takes others, so that two may go on at once. */
const FIRST_PORT = 8000;
/** As many as no launch of a page needs. */
const PORTS = 10;

/** `berth`, whose launches begin at another port. */
function program(firstPort: number): string {
  return `#!/bin/sh
if [ "\${1:-}" = launch ]; then set -- "$@" --first-port ${firstPort}; fi
exec ${process.execPath} ${join(ROOT, "packages/cli/dist/bin.js")} "$@"
`;
}

/** A text with the ports from one on as those from another on. */
function withPorts(text: string, from: number, to: number): string {
  return text.replace(/(?<![\d.])\d{4,5}(?![\d.])/g, (digits) => {
    const at = Number(digits) - from;
    return at >= 0 && at < PORTS ? String(to + at) : digits;
  });
}

/** What scripts of a checkout need; pages write into none of it. */
const LINKED = ["data", "node_modules", "package.json", "packages", "scripts", "test"];

/** Nothing goes on in a box (scripts/open-box.ts) when a page has failed half-way. */
const LEAVING = '[ ! -d "$FAKE_BOX" ] || { berth stop; rm -r "$FAKE_BOX"; }';

/** What no text of a page holds. */
const MARK = "\u0001";

/** One script for all steps: a shell keeps its variables from one to the next. A step ends as the first of its commands that fails. */
function scriptOf(steps: readonly Step[]): string {
  return steps
    .map((step) =>
      step.kind === "file"
        ? writing(step)
        : `failed=0\nprintf '${MARK}'\n${step.script}\nprintf '${MARK}%d${MARK}' $failed\n`,
    )
    .join("");
}

function writing({ name, text }: { readonly name: string; readonly text: string }): string {
  return `mkdir -p "$(dirname '${name}')"\ncat > '${name}' <<'END OF FILE'\n${text}END OF FILE\n`;
}

function printedBy(output: string): readonly Printed[] {
  const parts = output.split(MARK);
  const printed: Printed[] = [];
  for (let i = 1; i + 1 < parts.length; i += 3) {
    printed.push({ output: parts[i] ?? "", code: Number(parts[i + 1]) });
  }
  return printed;
}

function bash(
  script: string,
  {
    cwd,
    home,
    programs,
  }: { readonly cwd: string; readonly home: string; readonly programs: string },
): Promise<string> {
  const file = join(dirname(cwd), "page.sh");
  writeFileSync(
    file,
    `exec 2>&1\ntrap '[ $failed -ne 0 ] || failed=$?' ERR\ntrap '${LEAVING}' EXIT\n${script}`,
  );
  const child = spawn("bash", [file], {
    cwd,
    env: {
      HOME: home,
      PATH: `${programs}:${process.env["PATH"] ?? ""}`,
      LANG: "C.UTF-8",
      NO_COLOR: "1",
      COLUMNS: "150",
      HF_HUB_OFFLINE: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
