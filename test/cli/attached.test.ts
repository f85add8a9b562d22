import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { berth } from "./run-berth.ts";

const folder = mkdtempSync(join(tmpdir(), "berth-attached-"));
const MODEL = [
  "estimate",
  "meta-llama/Llama-3.1-8B",
  "--gpu",
  "rtx-4090",
  "--max-seq-len",
  "4096",
  "--max-batch-size",
  "8",
];

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return path;
}

async function weights(args: readonly string[]): Promise<number> {
  const { stdout } = await berth([...MODEL, ...args, "--json"]);
  const document = JSON.parse(stdout) as {
    readonly ranks: readonly {
      readonly terms: readonly { readonly id: string; readonly bytes: number }[];
    }[];
  };
  return document.ranks[0]?.terms.find(({ id }) => id === "weights")?.bytes ?? Number.NaN;
}

// rank 16 beside q (4096 → 4096) and v (4096 → 1024) in 32 layers, 2 bytes each:
// 2 · 32 · 16 · (4096 + 4096 + 4096 + 1024) = 13,631,488
const LORA_BYTES = 13_631_488;

test("a LoRA adapter adds its two matrices beside each target, each time it is given", async () => {
  const lora = file("adapter_config.json", {
    peft_type: "LORA",
    r: 16,
    target_modules: ["q_proj", "v_proj"],
  });
  const alone = await weights([]);
  expect(await weights(["--lora", lora])).toBe(alone + LORA_BYTES);
  expect(await weights(["--lora", folder, "--lora", lora])).toBe(alone + 2 * LORA_BYTES);
});

test("a Medusa draft adds its heads", async () => {
  const draft = file("medusa.json", {
    architectures: ["MedusaModel"],
    medusa_num_heads: 2,
    medusa_num_layers: 1,
    hidden_size: 4096,
    vocab_size: 128_256,
  });
  expect(await weights(["--draft", draft])).toBeGreaterThan(
    (await weights([])) + 2 * 2 * 4096 * 128_256 - 1,
  );
});

test.each([
  [["--lora", "nowhere"], "nowhere: no such file"],
  [["--draft", "nowhere"], "nowhere: no such file"],
])("%j is refused in one sentence", async (args, sentence) => {
  const { code, stderr } = await berth([...MODEL, ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});

test("an adapter of another kind is refused by its key", async () => {
  const other = file("ia3.json", { peft_type: "IA3", r: 8, target_modules: ["q_proj"] });
  const { code, stderr } = await berth([...MODEL, "--lora", other]);
  expect(code).toBe(2);
  expect(stderr).toContain("peft_type: expected LORA");
});
