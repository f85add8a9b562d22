import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { schemaProblems } from "../support/schema-problems.ts";
import { berth, type Ended, folderWith } from "./run-berth.ts";

interface Finding {
  readonly id: string;
  readonly state: string;
  readonly found: string;
  readonly means: string;
}

/** A machine with these programs on its PATH, each a shell script, and nothing else. */
function doctor(
  programs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const files = Object.entries(programs).map(([name, body]) => [
    `bin/${name}`,
    `#!/bin/sh\n${body}\n`,
  ]);
  const folder = folderWith({ ...Object.fromEntries(files), "state/here": "" });
  mkdirSync(join(folder, "bin"), { recursive: true });
  const only = { PATH: join(folder, "bin"), XDG_STATE_HOME: join(folder, "state"), ...env };
  return berth(["doctor", "--json"], { cwd: folder, env: only });
}

function findings({ stdout }: Ended): readonly Finding[] {
  expect(schemaProblems("doctor", JSON.parse(stdout))).toEqual([]);
  return (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;
}

const find = (ended: Ended, id: string) => findings(ended).find((one) => one.id === id);

describe("doctor", () => {
  test("without anything: what is missing is no problem, and each finding says what it means", async () => {
    const ended = await doctor({});
    expect(ended.code).toBe(0);
    expect(find(ended, "nvidia-smi")?.state).toBe("missing");
    expect(find(ended, "vllm")?.state).toBe("missing");
    expect(findings(ended).every(({ means }) => means.length > 10)).toBe(true);
  });

  test("programs are found and not run", async () => {
    const ended = await doctor({ vllm: "touch ran; exit 1" });
    expect(find(ended, "vllm")).toMatchObject({ state: "there" });
    expect(find(ended, "vllm")?.found).toMatch(/bin\/vllm$/);
    expect(ended.code).toBe(0);
  });

  test("an nvidia-smi that fails is a problem, with its own words", async () => {
    const words = "Failed to initialize NVML: Driver/library version mismatch";
    const ended = await doctor({ "nvidia-smi": `echo '${words}'; exit 18` });
    expect(ended.code).toBe(1);
    expect(find(ended, "nvidia-smi")?.state).toBe("problem");
    expect(find(ended, "nvidia-smi")?.found).toContain("NVML");
  });

  test("a state folder that can't be written is a problem", async () => {
    const file = join(folderWith({ file: "" }), "file");
    const ended = await doctor({}, { XDG_STATE_HOME: file });
    expect(find(ended, "state folder")).toMatchObject({ state: "problem" });
    expect(ended.code).toBe(1);
  });

  test("a secret is never printed", async () => {
    const ended = await doctor({}, { HF_TOKEN: "hf_secret" });
    expect(find(ended, "HF_TOKEN")?.found).toBe("set");
    expect(ended.stdout + ended.stderr).not.toContain("hf_secret");
  });
});
