import { cpSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { readFlags } from "../../packages/cli/src/args/read-flags.ts";
import { allCommands } from "../../packages/cli/src/commands/registry.ts";
import { BERTH_BIN, ROOT } from "../support/berth-bin.ts";
import { berthHere } from "../support/in-process.ts";
import { ended, folderWith } from "./run-berth.ts";

const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`);
const LLAMA = "meta-llama/Llama-3.2-1B";

let cwd: string;

beforeAll(async () => {
  cwd = folderWith();
  cpSync(join(ROOT, "examples"), cwd, { recursive: true });
  await berthHere(["plan", "four-on-one.yaml", "--out", "plan.json"], { cwd });
  await berthHere(["plan", "four-on-one.yaml", "--json", "--render", "out"], { cwd });
});

/** A command line of each command that prints and ends. */
const PRINTED: readonly (readonly string[])[] = [
  ["inventory", "inventory/one-4090.xml"],
  ["estimate", LLAMA, "--gpu", "rtx-4090"],
  ["estimate", LLAMA, "--gpu", "rtx-4090", "--sweep", "max-seq-len=1k..4k"],
  ["plan", "four-on-one.yaml"],
  ["diff", "plan.json", "plan.json"],
  ["explain", "plan.json", "--model", "llama-1b"],
  ["render", "plan.json", "--target", "list"],
  ["render", "plan.json", "--out", "other", "--diff"],
  ["launch", "plan.json", "--dry-run"],
  ["capacity", "plan.json", "--rate", "1", "--prompt", "500", "--output", "100"],
  ["check", "plan.json", "--inventory", "inventory/one-4090.xml"],
  ["verify", "plan.json", "--inventory", "inventory/one-4090.xml"],
  ["catalog", "gpus"],
  ["catalog", "models"],
  ["doctor"],
  ["completion", "bash"],
  ["plan", "--help"],
];

test.each(PRINTED.map((argv) => [argv.join(" "), argv] as const))(
  "berth %s says the same with colours and without",
  async (_line, argv) => {
    const plain = await berthHere(argv, { cwd });
    const coloured = await berthHere(argv, { cwd, hasColor: true });
    expect(plain.stdout).not.toBe("");
    expect(plain.stdout).not.toContain(ESCAPE);
    expect(plain.stderr).not.toContain(ESCAPE);
    const settled = (text: string) =>
      text.replace(/\d+(?:\.\d+)? (?:m?s|seconds)\b/g, "N").replace(/ +$/gm, "");
    expect(settled(stripVTControlCharacters(coloured.stdout))).toBe(settled(plain.stdout));
  },
);

test("berth plan colours what it prints, and its JSON never", async () => {
  const options = { cwd, hasColor: true };
  expect((await berthHere(["plan", "four-on-one.yaml"], options)).stdout).toContain(ESCAPE);
  const json = await berthHere(["plan", "four-on-one.yaml", "--json"], options);
  expect(json.stdout).not.toContain(ESCAPE);
});

describe("colours are for terminals", () => {
  /** What script(1), which gives a program a terminal of its own, shows of `berth plan`. */
  const onTerminal = async (env: string): Promise<string> => {
    const line = `env -u NO_COLOR TERM=xterm ${env} ${process.execPath} ${BERTH_BIN} plan four-on-one.yaml`;
    return (await ended("script", ["-qec", line, "/dev/null"], { cwd })).stdout;
  };

  test.each([
    ["", true],
    ["NO_COLOR=1", false],
    ["NO_COLOR=", true],
    ["TERM=dumb", false],
  ])("with %j there: %s", async (env, isColoured) => {
    // whatever else a terminal is told, such as to clear a line
    expect(COLOUR.test(await onTerminal(env))).toBe(isColoured);
  });
});

describe("every example of every command's help", async () => {
  const commands = await allCommands();

  test.each(commands.map((command) => [command.meta.name, command] as const))(
    "berth %s takes its arguments",
    (name, command) => {
      expect(command.examples.length).toBeGreaterThan(0);
      for (const example of command.examples) {
        const [, of = "", args = ""] = /\bberth ([a-z]+)((?: [^ |<>&)]+)*)/.exec(example) ?? [];
        const called = commands.find(({ meta }) => meta.name === of);
        expect(called, example).toBeDefined();
        const words = args
          .trim()
          .split(" ")
          .filter((word) => word !== "");
        expect(() => called && readFlags(called, words.map(unquoted)), example).not.toThrow();
      }
      expect(command.examples.some((example) => example.includes(`berth ${name}`))).toBe(true);
    },
  );
});

const unquoted = (word: string): string => word.replace(/^(['"])(.*)\1$/, "$2");
