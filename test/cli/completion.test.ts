import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { describeWith } from "../support/tools.ts";
import { berth, folderWith, oneSentence } from "./run-berth.ts";

/** What is typed, and the words that are offered for the last of it. */
const TYPED: readonly (readonly [string, readonly string[]])[] = [
  ["berth pl", ["plan"]],
  ["berth render --target k", ["kubernetes"]],
  ["berth render --router ha", ["haproxy"]],
  ["berth plan --kube-cards d", ["device-plugin", "dra"]],
  ["berth estimate --gpu rtx-4090", ["rtx-4090"]],
  ["berth catalog m", ["models"]],
  ["berth verify --inv", ["--inventory"]],
  ["berth plan fle", ["fleet.yaml"]],
];

const TYPIST = join(import.meta.dirname, "type-in-zsh.zsh");

const folder = folderWith({ "fleet.yaml": "" });

async function script(shell: string): Promise<string> {
  const { stdout, code } = await berth(["completion", shell]);
  expect(code).toBe(0);
  return join(folderWith({ "berth-completion": stdout }), "berth-completion");
}

function words(shell: string, line: string): readonly string[] {
  const { stdout, stderr } = spawnSync(shell, ["-c", line], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout.split("\n").filter((word) => word !== "");
}

describe("bash", () => {
  test("offers commands, flags, values and files", async () => {
    const file = await script("bash");
    for (const [typed, offered] of TYPED) {
      const parts = typed.split(" ");
      const line = `source ${file}; COMP_WORDS=(${parts.join(" ")}); COMP_CWORD=${parts.length - 1}; _berth; printf '%s\\n' "\${COMPREPLY[@]}"`;
      expect(words("bash", line), typed).toEqual(expect.arrayContaining([...offered]));
    }
  });

  test("offers nothing that does not begin with what is typed, and nothing for free text", async () => {
    const file = await script("bash");
    const ask = (...parts: readonly string[]): readonly string[] =>
      words(
        "bash",
        `source ${file}; COMP_WORDS=(${parts.join(" ")}); COMP_CWORD=${parts.length - 1}; _berth; printf '%s\\n' "\${COMPREPLY[@]}"`,
      );
    expect(ask("berth", "pl")).toEqual(["plan"]);
    expect(ask("berth", "plan", "--seed", "f")).toEqual([]);
  });
});

describeWith("fish", "fish", () => {
  test("offers the same", async () => {
    const file = await script("fish");
    for (const [typed, offered] of TYPED) {
      const found = words("fish", `source ${file}; complete -C '${typed}'`).map(
        (line) => line.split("\t")[0],
      );
      expect(found, typed).toEqual(expect.arrayContaining([...offered]));
    }
  });
});

describeWith("zsh", "zsh", () => {
  test("reads its script", async () => {
    const { status, stderr } = spawnSync("zsh", ["-n", await script("zsh")], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
  });

  test("offers the same at a terminal", async () => {
    const lines = TYPED.map(([typed]) => typed);
    const { stdout, stderr } = spawnSync("zsh", ["-f", TYPIST, await script("zsh"), ...lines], {
      cwd: folder,
      encoding: "utf8",
      timeout: 120_000,
    });
    expect(stderr).toBe("");
    const shown = stdout.split("\u0001");
    for (const [at, [typed, offered]] of TYPED.entries()) {
      for (const word of offered) {
        expect(shown[at], typed).toContain(word);
      }
    }
  });
});

test("another shell is refused in one sentence", async () => {
  const ended = await berth(["completion", "tcsh"]);
  expect(ended.code).toBe(2);
  expect(oneSentence(ended)).toBe('expected bash, zsh or fish, got "tcsh"');
});
