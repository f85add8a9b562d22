import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) {
    rmSync(folder, { recursive: true });
  }
});

/** Builds from a copy of data/ in which one file was changed. */
function build(
  file?: string,
  change?: (text: string) => string,
): { status: number | null; text: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "berth-data-"));
  folders.push(folder);
  const data = join(folder, "data");
  cpSync(join(ROOT, "data"), data, { recursive: true });
  if (file !== undefined && change !== undefined) {
    writeFileSync(join(data, file), change(readFileSync(join(data, file), "utf8")));
  }
  const run = spawnSync(
    join(ROOT, "node_modules/.bin/tsx"),
    ["scripts/build-data.ts", "--data", data, "--out", folder],
    { cwd: ROOT, encoding: "utf8" },
  );
  return { status: run.status, text: run.stderr, folder };
}

test("what is generated is what data/ gives (else run: pnpm build-data)", () => {
  const { status, text, folder } = build();
  expect(text).toBe("");
  expect(status).toBe(0);
  for (const file of ["data.gen.ts", "launchers.gen.ts", "speed.gen.ts"]) {
    expect(readFileSync(join(folder, file), "utf8")).toBe(
      readFileSync(new URL(file, import.meta.url), "utf8"),
    );
  }
});

describe("data that is wrong fails with a sentence", () => {
  test.each([
    {
      file: "models/qwen3-8b.json",
      change: (text: string) => text.replace('"source": "hf-hub-config",', ""),
      problem: /models\/qwen3-8b\.json: source: /,
    },
    {
      file: "models/qwen3-8b.json",
      change: (text: string) => text.replace("hf-hub-config", "hearsay"),
      problem: /models\/qwen3-8b\.json: expected a source of sources\.json, got "hearsay"/,
    },
    {
      file: "models/qwen3-8b.json",
      change: (text: string) => text.replace("Qwen/Qwen3-8B", "Qwen/Qwen3-32B"),
      problem: /models: qwen\/qwen3-32b: expected once, stands twice/,
    },
    {
      file: "models/qwen3-8b.json",
      change: (text: string) => text.replace('"num_hidden_layers": 36,', ""),
      problem: /^models: Qwen\/Qwen3-8B: num_hidden_layers: .* missing$/m,
    },
    {
      file: "gpus/nvidia.json",
      change: (text: string) =>
        text.replace('"memoryMiB":[24576,"measured",', '"memoryMiB":[24576,'),
      problem: /gpus\/nvidia\.json: rtx-\S+: memoryMiB/,
    },
    {
      file: "gpu-aliases.json",
      change: (text: string) => text.replace('"id":"rtx-3090"', '"id":"rtx-309"'),
      problem: /gpu-aliases\.json: .*RTX 3090: there is no GPU rtx-309$/m,
    },
    {
      file: "links.json",
      change: () => "{",
      problem: /links\.json: expected JSON/,
    },
  ])("$problem", ({ file, change, problem }) => {
    const { status, text } = build(file, change);
    expect(text).toMatch(problem);
    expect(status).toBe(1);
  });
});
