import { engineIds } from "@berth/core";
import { expect, test } from "vitest";
import { berth, oneSentence, shell } from "./run-berth.ts";

const COMMANDS = [
  "inventory",
  "estimate",
  "plan",
  "diff",
  "explain",
  "render",
  "capacity",
  "whatif",
  "check",
  "launch",
  "status",
  "stop",
  "watch",
  "verify",
  "calibrate",
  "serve",
  "catalog",
  "doctor",
  "completion",
];

test("--help lists the commands that there are, and no other", async () => {
  const { code, stdout, stderr } = await berth(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name);
  expect(listed).toEqual(COMMANDS);
});

test("no command at all is bad usage, and shows the help", async () => {
  const { code, stdout } = await berth([]);
  expect(code).toBe(2);
  expect(stdout).toContain("USAGE");
});

test("--version prints the version alone", async () => {
  const { code, stdout } = await berth(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each(COMMANDS)(
  "%s --help shows its flags and examples without colour codes",
  async (command) => {
    const { code, stdout, stderr } = await berth([command, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(command === "completion" ? "SHELL" : "--json");
    expect(stdout).toContain("EXAMPLES");
    expect(stdout).not.toContain("\u001b");
  },
);

test("help that goes into a pipe has no colour codes, whatever the environment asks for", async () => {
  const unset = "env -u NO_COLOR -u CI -u TEST TERM=xterm FORCE_COLOR=1";
  const { stdout } = await shell(`${unset} $BERTH plan --help | cat`);
  expect(stdout).toContain("USAGE");
  expect(stdout).not.toContain("\u001b");
});

test("estimate --help names every engine that it takes", async () => {
  const { stdout } = await berth(["estimate", "--help"]);
  expect(stdout).toContain(engineIds().join(", "));
});

test.each([
  { args: ["plam"], says: "unknown command plam; did you mean plan?" },
  { args: ["constructor"], says: "unknown command constructor; berth --help lists them" },
  { args: ["--jsom"], says: "unknown flag --jsom; berth --help lists them" },
  {
    args: ["estimate", "x", "--max-seqlen", "4"],
    says: "unknown flag --max-seqlen; did you mean --max-seq-len?",
  },
  { args: ["catalog", "-q"], says: "unknown flag -q; berth catalog --help lists them" },
  {
    args: ["catalog", "--__proto__=1"],
    says: "unknown flag --__proto__; berth catalog --help lists them",
  },
  {
    args: ["catalog", "gpus", "models"],
    says: 'unexpected argument "models"; see berth catalog --help',
  },
  { args: ["catalog", "gpu"], says: 'expected gpus, models or engines, got "gpu"' },
  { args: ["catalog", "--json=no"], says: '--json takes no value, got "no"' },
  { args: ["plan"], says: "expected FLEET; see berth plan --help" },
  { args: ["plan", "a", "--out"], says: "--out: expected a value" },
  { args: ["plan", "a", "--out", "--json"], says: "--out: expected a value, got the flag --json" },
  {
    args: ["plan", "a", "--out", "b", "--out", "c"],
    says: "--out is given twice; berth plan takes one",
  },
  { args: ["plan", "a", "--target", "x"], says: "--target goes with --render DIR" },
  { args: ["estimate"], says: "expected MODEL or --batch FILE; see berth estimate --help" },
  { args: ["estimate", "x", "--batch", "y"], says: "MODEL does not go with --batch" },
  {
    args: ["estimate", "x", "--tp", "two"],
    says: '--tp: expected a whole number of at least 1, got "two"',
  },
  {
    args: ["estimate", "x", "--tp", "0"],
    says: '--tp: expected a whole number of at least 1, got "0"',
  },
  {
    args: ["estimate", "x", "--kv-fraction", "1.5"],
    says: '--kv-fraction: expected a number above 0 and below 1, got "1.5"',
  },
  {
    args: ["estimate", "x", "--kv-fraction", "1"],
    says: '--kv-fraction: expected a number above 0 and below 1, got "1"',
  },
  {
    args: ["estimate", "x", "--max-seq-len", "32kk"],
    says: '--max-seq-len: expected tokens such as 8192 or 32k, got "32kk"',
  },
  {
    args: ["estimate", "x", "--max-num-tokens", "0"],
    says: '--max-num-tokens: expected tokens such as 8192 or 32k, got "0"',
  },
  {
    args: ["estimate", "Qwen/Qwen2-7B"],
    says: "--gpu is missing; expected a GPU such as rtx-4090; berth catalog gpus lists them",
  },
  {
    args: ["estimate", "Qwen/Qwen2-7B", "--sweep", "tp=1,2"],
    says: "--gpu is missing; expected a GPU such as rtx-4090; berth catalog gpus lists them",
  },
  { args: ["render", "plan.json"], says: "expected PLAN and --out DIR; see berth render --help" },
])("$args is bad usage", async ({ args, says }) => {
  const run = await berth(args);
  expect(run.code).toBe(2);
  expect(run.stdout).toBe("");
  expect(oneSentence(run)).toBe(says);
});

test.each(["gpus", "models", "engines"])("catalog %s --json is one document", async (kind) => {
  const { code, stdout, stderr } = await berth(["catalog", kind, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(document["schema"]).toBe("berth/catalog@1");
  expect(Object.keys(document)).toEqual(["schema", kind, "sources"]);
});

test("catalog prints tables for people", async () => {
  const { code, stdout } = await berth(["catalog"]);
  expect(code).toBe(0);
  expect(stdout).toContain("rtx-4090");
  expect(stdout).toContain("meta-llama/Llama-3.1-8B");
  expect(stdout).toContain("tensorrt-llm-engine");
});
