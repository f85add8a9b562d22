import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hubStandIn } from "../support/hub-stand-in.ts";
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
  [["--draft", "./nowhere"], "./nowhere: no such file"],
  [["--draft", "nowhere"], "nowhere: neither a model of the catalogue nor a file"],
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

const EAGLE3 = {
  architectures: ["LlamaForCausalLMEagle3"],
  hidden_size: 4096,
  num_hidden_layers: 1,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14_336,
  draft_vocab_size: 32_000,
};

interface Planned {
  readonly deployments: readonly {
    readonly draft?: { readonly source: string; readonly method: string };
    readonly ranks: readonly { readonly terms: readonly { id: string; bytes: number }[] }[];
  }[];
}

test("a draft of the Hub, of a folder and of a fleet file beside it are one and the same", async () => {
  mkdirSync(join(folder, "drafts/eagle"), { recursive: true });
  file("drafts/eagle/config.json", EAGLE3);
  const hub = await hubStandIn({ "config.json": JSON.stringify(EAGLE3) });
  try {
    const ofFolder = await weights(["--draft", join(folder, "drafts/eagle")]);
    const env = { HF_ENDPOINT: hub.url, HF_HUB_OFFLINE: "", BERTH_CACHE_DIR: folder };
    const ofHub = await berth([...MODEL, "--draft", "someone/eagle", "--json"], { env });
    expect(JSON.parse(ofHub.stdout).ranks[0].terms[0].bytes).toBe(ofFolder);
    // no more than its config is asked for
    expect(hub.asked).toEqual(["/someone/eagle/resolve/main/config.json"]);

    const fleet = join(folder, "fleet.yaml");
    writeFileSync(
      fleet,
      `hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: chat, model: meta-llama/Llama-3.1-8B, draft: drafts/eagle, tp: 1 }
`,
    );
    const { stdout } = await berth(["plan", fleet, "--json"]);
    const [chat] = (JSON.parse(stdout) as Planned).deployments;
    expect(chat?.draft).toEqual({ source: "drafts/eagle", method: "eagle3" });
    expect(chat?.ranks[0]?.terms.find(({ id }) => id === "weights")?.bytes).toBe(ofFolder);
  } finally {
    hub.server.close();
  }
});

test("a draft that a fleet file names and nobody finds is refused by its key", async () => {
  const fleet = join(folder, "lost.yaml");
  writeFileSync(
    fleet,
    "hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]\nmodels: [{ name: chat, model: Qwen/Qwen3-8B, draft: ./lost, engine: vllm }]\n",
  );
  const { code, stderr } = await berth(["plan", fleet]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/lost\.yaml: models\[0\]\.draft: \.\/lost: no such file/);
});
