import { describe, expect, test } from "vitest";
import { importModelFiles } from "../importers/import-model-files.ts";
import { inventoryFromNvidiaSmi } from "../inventory/from-nvidia-smi.ts";
import { InputError } from "../report/errors.ts";
import { parseFleetFile } from "./fleet-file.ts";
import type { PlanDocument } from "./plan-document.ts";
import { planFleet } from "./plan-fleet.ts";
import { rankBytes } from "./plan-gpus.ts";
import { verifyPlan } from "./verify-plan.ts";

const plan = (yaml: string): Promise<PlanDocument> =>
  planFleet({ file: "fleet.yaml", fleet: parseFleetFile("fleet.yaml", yaml) });

const TWELVE = `
hosts: [{ name: box, gpus: [{ gpu: rtx-3090, count: 8 }, { gpu: rtx-4090, count: 4 }] }]
`;

describe("a model that fits on one card", () => {
  test("goes on one card, with room for what was asked", async () => {
    const { deployments, status } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, concurrency: 8, maxSeqLen: 8k }]`,
    );
    expect(status).toBe("optimal");
    expect(deployments).toHaveLength(1);
    expect(deployments[0]).toMatchObject({
      tp: 1,
      pp: 1,
      quantization: "bf16",
      concurrentSequences: 8,
      kv: { tokens: 8 * 8192 },
    });
  });

  test("FP8 is never planned on compute capability 8.6", async () => {
    const { deployments, unplaced } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, quantization: fp8, gpus: rtx-3090 }]`,
    );
    expect(deployments).toEqual([]);
    expect(unplaced[0]?.reasons.map((reason) => reason.code)).toEqual([
      "precision-unsupported",
      "conflict",
    ]);
  });

  test("FP8 goes on the cards that run it", async () => {
    const { deployments, gpus } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, quantization: fp8 }]`,
    );
    const card = gpus.find((gpu) => gpu.id === deployments[0]?.gpus[0]);
    expect(card?.catalogId).toBe("rtx-4090");
  });
});

describe("several models", () => {
  const six = `${TWELVE}
models:
  - { name: big, model: Qwen/Qwen2.5-72B, quantization: int4-awq, concurrency: { least: 1, want: 4 } }
  - { name: mid, model: Qwen/Qwen2.5-14B, concurrency: { least: 1, want: 4 }, replicas: 2 }
  - { name: own, model: meta-llama/Llama-3.2-3B, exclusive: true, concurrency: 4 }
  - { name: shy, model: Qwen/Qwen2.5-1.5B, notWith: [tiny], concurrency: 4 }
  - { name: tiny, model: Qwen/Qwen2.5-0.5B, concurrency: 4 }
`;

  test("the plan passes its checker and is the same every time", async () => {
    const [first, second] = [await plan(six), await plan(six)];
    expect(verifyPlan(first)).toEqual([]);
    expect(second).toEqual(first);
    expect(first.deployments).toHaveLength(6);
  });

  test("an exclusive model is alone on its cards", async () => {
    const { deployments } = await plan(six);
    const own = deployments.find(({ model }) => model === "own");
    expect(deployments.filter(({ gpus }) => gpus.some((gpu) => own?.gpus.includes(gpu)))).toEqual([
      own,
    ]);
  });

  test("models that may not share a card don't", async () => {
    const { deployments } = await plan(six);
    const [shy, tiny] = ["shy", "tiny"].map((name) =>
      deployments.find(({ model }) => model === name),
    );
    expect(shy?.gpus.filter((gpu) => tiny?.gpus.includes(gpu))).toEqual([]);
  });

  test("tensor parallel groups stay on cards of one kind", async () => {
    const { deployments, gpus } = await plan(six);
    for (const deployment of deployments) {
      const kinds = deployment.gpus.map(
        (id) => gpus.find((gpu) => gpu.id === id)?.computeCapability,
      );
      expect(new Set(kinds).size).toBe(1);
    }
  });
});

describe("the chance to fit", () => {
  const models = `models:
  - { name: a, model: Qwen/Qwen2-7B, tp: 2, pp: 1, concurrency: 4 }
  - { name: b, model: Qwen/Qwen2.5-0.5B, replicas: 2, concurrency: 4 }
`;
  const withChance = (chance: number): Promise<PlanDocument> =>
    plan(`${TWELVE}policy: { chanceToFit: ${chance} }\n${models}`);

  test("is 99 % where nothing is said, and never less than asked", async () => {
    const { chanceToFit, chanceWanted } = await plan(TWELVE + models);
    expect(chanceWanted).toBe(0.99);
    expect(chanceToFit).toBeGreaterThanOrEqual(0.99);
    expect(chanceToFit).toBeLessThan(0.992);
  });

  test("more certainty takes more memory", async () => {
    const plans = await Promise.all([0.5, 0.9, 0.99, 0.9999].map(withChance));
    const planned = plans.map(({ gpus }) => gpus.reduce((sum, gpu) => sum + gpu.plannedBytes, 0));
    expect(planned).toEqual([...planned].sort((a, b) => a - b));
    expect(new Set(planned).size).toBe(planned.length);
    for (const each of plans) {
      expect(each.chanceToFit).toBeGreaterThanOrEqual(each.chanceWanted);
    }
  });

  test.each(["0", "1", "0.3", "99", '"99 %"', "-0.5", "1.5", ".nan"])(
    "%s is no chance to plan for",
    (chance) => {
      expect(() => parseFleetFile("f", `policy: { chanceToFit: ${chance} }\n${models}`)).toThrow(
        /policy\.chanceToFit: .*expected .*, got/,
      );
    },
  );
});

describe("settings to choose from", () => {
  const one = "hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]\n";
  const only = async (model: string): Promise<PlanDocument["deployments"][number] | undefined> => {
    const { deployments } = await plan(`${one}models: [{ name: a, ${model} }]`);
    return deployments[0];
  };
  const LISTS = "kvCacheDtype: [bf16, fp8], maxNumTokens: [8k, 2k]";

  test("are those liked best where everything wanted fits", async () => {
    expect(await only(`model: Qwen/Qwen2-7B, ${LISTS}, concurrency: 2`)).toMatchObject({
      kvCacheDtype: "bf16",
      maxNumTokens: 8192,
      concurrentSequences: 2,
    });
  });

  test("give way where more can be served, by as few steps as that takes", async () => {
    const least = "model: Qwen/Qwen2-7B, concurrency: { least: 1, want: 400 }, maxSeqLen: 8k";
    const [best, second, both] = await Promise.all([
      only(`${least}, kvCacheDtype: bf16, maxNumTokens: 8k`),
      only(`${least}, kvCacheDtype: fp8, maxNumTokens: 8k`),
      only(`${least}, ${LISTS}`),
    ]);
    expect(second?.concurrentSequences).toBeGreaterThan(best?.concurrentSequences ?? 0);
    expect(both).toMatchObject({ kvCacheDtype: "fp8", maxNumTokens: 2048 });
    expect(both?.concurrentSequences).toBeGreaterThan(second?.concurrentSequences ?? 0);
  });

  test("a type that the card has no kernels for is passed over", async () => {
    const { deployments, unplaced } = await plan(
      "hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }] }]\nmodels: [{ name: a, model: Qwen/Qwen2-7B, kvCacheDtype: [nvfp4, bf16] }]",
    );
    expect(unplaced).toEqual([]);
    expect(deployments[0]?.kvCacheDtype).toBe("bf16");
  });

  test("the expert parallel size is one that divides the group", async () => {
    const { deployments } = await plan(
      "hosts: [{ name: box, gpus: [{ gpu: h100-sxm-80gb, count: 4 }] }]\nmodels: [{ name: a, model: Qwen/Qwen3-30B-A3B, tp: 2, pp: 1, ep: [4, 2] }]",
    );
    expect(deployments[0]).toMatchObject({ tp: 2, ep: 2 });
  });

  test.each([
    ["kvCacheDtype: []", /kvCacheDtype/],
    ["maxNumTokens: [8k, lots]", /models\[0\]\.maxNumTokens\[1\]: expected tokens/],
    ["maxBatchSize: [0]", /maxBatchSize/],
    ["ep: [1, 2, 3, 4, 5, 6, 7]", /ep/],
  ])("%s is refused in a sentence", async (text, says) => {
    await expect(only(`model: Qwen/Qwen2-7B, ${text}`)).rejects.toThrow(says);
    await expect(only(`model: Qwen/Qwen2-7B, ${text}`)).rejects.toThrow(InputError);
  });
});

describe("hosts and cards with settings", () => {
  const HOSTS = `hosts:
  - { name: a, gpus: [{ gpu: rtx-4090, count: 2 }], labels: [office], reserve: 1 GiB }
  - name: b
    gpus: [{ gpu: rtx-4090, count: 2 }]
    labels: [cellar]
    cards: [{ index: [1], labels: [quiet], reserve: 2 GiB }]
policy: { reserve: 256 MiB }
`;

  test("a model with labels is only on cards that have all of them", async () => {
    const { deployments, gpus } = await plan(
      `${HOSTS}models: [{ name: m, model: Qwen/Qwen2.5-0.5B, labels: [cellar, quiet] }]`,
    );
    expect(deployments.map((each) => each.gpus)).toEqual([["b:1"]]);
    expect(gpus.map(({ labels }) => labels)).toEqual([
      ["office"],
      ["office"],
      ["cellar"],
      ["cellar", "quiet"],
    ]);
  });

  test("a card with more kept back than it has stays empty, and the others are planned", async () => {
    const { deployments, gpus } = await plan(
      `hosts: [{ name: a, gpus: [{ gpu: rtx-3090, count: 2 }], cards: [{ index: 0, reserve: 40 GiB }] }]
models: [{ name: x, model: Qwen/Qwen2-7B, maxSeqLen: 4k, concurrency: 1 }]`,
    );
    expect(deployments.map((own) => own.gpus)).toEqual([["a:1"]]);
    expect(gpus[0]?.freeBytes).toBe(0);
  });

  test("a card's reserve stands for its host's, and that for the policy's", async () => {
    const { gpus } = await plan(`${HOSTS}models: [{ name: m, model: Qwen/Qwen2.5-0.5B }]`);
    const mib = gpus.map(({ reserveBytes }) => reserveBytes / 2 ** 20);
    expect(mib).toEqual([1024, 1024, 256, 2048]);
  });

  test("labels that no card has are a reason, and a remedy where they are in the way", async () => {
    const { unplaced } = await plan(
      `${HOSTS}models: [{ name: m, model: Qwen/Qwen2.5-0.5B, labels: attic }]`,
    );
    expect(unplaced[0]?.reasons[0]?.text).toBe("No card of the fleet has the label attic.");
    expect(unplaced[0]?.remedies[0]).toMatchObject({ change: { labels: null }, verified: true });
  });

  test("a plan with a card of other labels is refused by the checker", async () => {
    const good = await plan(
      `${HOSTS}models: [{ name: m, model: Qwen/Qwen2.5-0.5B, labels: quiet }]`,
    );
    const gpus = good.gpus.map(({ labels: _, ...gpu }) => gpu);
    expect(verifyPlan({ ...good, gpus })).toEqual(["m#0 is on b:1, which has no label quiet"]);
  });

  test.each([
    [
      "[{ name: a, gpus: [{ gpu: rtx-4090 }], reserve: lots }]",
      /hosts\[0\]\.reserve: expected memory/,
    ],
    [
      "[{ name: a, gpus: [{ gpu: rtx-4090 }], cards: [{ index: 1 }] }]",
      /hosts\[0\]\.cards\[0\]\.index: expected the index of a card to plan for \(0\), got 1/,
    ],
    [
      "[{ name: a, gpus: [{ gpu: rtx-4090 }] }, { name: b }]",
      /hosts\[1\]\.gpus: expected the host's cards/,
    ],
    ["[{ name: a, labels: [x] }]", /expected hosts, or an inventory/],
    ["[{ name: a, gpus: [{ gpu: rtx-4090 }], cards: [{ index: -1 }] }]", /hosts\[0\]\.cards/],
    ["[{ name: a, gpus: [{ gpu: rtx-4090 }], label: x }]", /did you mean labels/],
  ])("hosts: %s is refused in a sentence", async (hosts, says) => {
    const text = `hosts: ${hosts}\nmodels: [{ name: m, model: Qwen/Qwen2.5-0.5B }]`;
    const tried = async () => plan(text);
    await expect(tried()).rejects.toThrow(says);
    await expect(tried()).rejects.toThrow(InputError);
  });

  test("settings stand beside an inventory, by the host's name", async () => {
    const inventory = {
      schema: "berth/inventory@1" as const,
      hosts: [
        {
          name: "box",
          gpus: [0, 1].map((index) => ({
            index,
            name: "NVIDIA GeForce RTX 4090",
            catalogId: "rtx-4090",
            memoryTotalMiB: 24_564,
            memoryReservedMiB: 472,
            memoryUsedMiB: 0,
            memoryFreeMiB: 24_092,
            processes: [],
          })),
          links: [],
        },
      ],
      warnings: [],
    };
    const planned = (host: string) =>
      planFleet({
        file: "f",
        fleet: parseFleetFile(
          "f",
          `hosts: [{ name: ${host}, cards: [{ index: 1, labels: [big] }] }]\nmodels: [{ name: m, model: Qwen/Qwen2.5-0.5B, labels: big }]`,
        ),
        inventory,
      });
    expect((await planned("box")).deployments[0]?.gpus).toEqual(["box:1"]);
    await expect(planned("bax")).rejects.toThrow(/hosts\[0\]\.name: .*did you mean box/);
  });
});

describe("unequal cards", () => {
  const pipeline = "hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }, { gpu: rtx-3060-12gb }] }]\n";

  test("the pipeline's larger card gets more layers", async () => {
    const { deployments } = await plan(
      `${pipeline}models: [{ name: a, model: meta-llama/Llama-3.1-8B, tp: 1, pp: 2, maxSeqLen: 4k, concurrency: 4 }]`,
    );
    const [first = 0, second = 0] = deployments[0]?.stageLayers ?? [];
    expect(first + second).toBe(32);
    expect(first).toBeGreaterThan(second);
  });

  test("TensorRT engines only get the even split", async () => {
    const { deployments } = await plan(
      `${pipeline}engine: tensorrt-llm-engine\nmodels: [{ name: a, model: meta-llama/Llama-3.2-3B, tp: 1, pp: 2, maxSeqLen: 4k, concurrency: 1 }]`,
    );
    expect(deployments[0]?.stageLayers).toEqual([14, 14]);
  });

  test("tensor parallel over unequal cards only where the fleet file allows it", async () => {
    const mixed = "hosts: [{ name: box, gpus: [{ gpu: rtx-3090 }, { gpu: rtx-4090 }] }]\n";
    const model = "models: [{ name: a, model: meta-llama/Llama-3.1-8B, tp: 2, pp: 1 }]";
    expect((await plan(mixed + model)).unplaced[0]?.reasons[0]?.code).toBe("too-few-cards");
    const allowed = await plan(`${mixed}policy: { mixedTensorParallel: true }\n${model}`);
    expect(allowed.deployments[0]?.gpus).toHaveLength(2);
  });
});

describe("what does not fit", () => {
  test("a model larger than the fleet: how much it needs, how much there is, and remedies that were solved", async () => {
    const { status, unplaced } = await plan(
      `${TWELVE}models: [{ name: v3, model: deepseek-ai/DeepSeek-V3, quantization: auto, tp: 4, pp: 1, maxSeqLen: 4k }]`,
    );
    expect(status).toBe("infeasible");
    expect(unplaced[0]?.reasons.find(({ code }) => code === "fleet-short")).toMatchObject({
      quantization: "int4-awq",
      cards: 12,
    });
    expect(unplaced[0]?.remedies.length).toBeGreaterThan(0);
    expect(unplaced[0]?.remedies.every((remedy) => remedy.verified)).toBe(true);
  });

  test("the higher priority stays, and the plan says who was in the way", async () => {
    const { deployments, unplaced } = await plan(`
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models:
  - { name: low, model: Qwen/Qwen2-7B, tp: 1, pp: 1, concurrency: 4 }
  - { name: high, model: meta-llama/Llama-3.1-8B, tp: 1, pp: 1, priority: 1, concurrency: 2 }
`);
    expect(deployments.map(({ model }) => model)).toEqual(["high"]);
    expect(unplaced[0]).toMatchObject({
      model: "low",
      reasons: [
        {
          code: "conflict",
          members: [
            { model: "low", requirement: "placed" },
            { model: "high", requirement: "placed" },
            { model: "low", requirement: "quantization" },
          ],
        },
      ],
    });
  });

  test("a remedy works when it is done by hand", async () => {
    const fleet = (extra: string): string => `
hosts: [{ name: box, gpus: [{ gpu: rtx-4090 }] }]
models: [{ name: a, model: Qwen/Qwen2.5-14B, tp: 1, pp: 1, maxSeqLen: 4k${extra} }]`;
    const { unplaced } = await plan(fleet(""));
    const precision = unplaced[0]?.remedies.find(
      (remedy) => "quantization" in remedy.change && !("addGpus" in remedy.change),
    );
    expect(precision).toBeDefined();
    const again = await plan(fleet(`, quantization: ${String(precision?.change["quantization"])}`));
    expect(again.unplaced).toEqual([]);
  });

  test("tensor parallel sizes that don't divide the heads", async () => {
    const { unplaced } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, tp: 3, pp: 1 }]`,
    );
    expect(unplaced[0]?.reasons[0]).toMatchObject({ code: "tp-divides-heads", tp: 3, heads: 28 });
  });

  test("pins that contradict each other", async () => {
    const { unplaced } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, tp: 4, pp: 1, gpus: ["box:0", "box:1"] }]`,
    );
    expect(unplaced[0]?.reasons[0]).toMatchObject({ code: "too-few-cards", ranks: 4, most: 2 });
  });

  test("a pin to a card that there isn't", async () => {
    const { unplaced } = await plan(
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, gpus: "box:77" }]`,
    );
    expect(unplaced[0]?.reasons[0]).toMatchObject({ code: "no-card-allowed", gpus: ["box:77"] });
  });
});

test("a model without a KV cache is refused in one sentence", async () => {
  const bert = importModelFiles({
    path: "bert",
    files: {
      "config.json": JSON.stringify({
        model_type: "bert",
        architectures: ["BertModel"],
        hidden_size: 768,
        num_hidden_layers: 12,
        num_attention_heads: 12,
        intermediate_size: 3072,
        vocab_size: 30_522,
        max_position_embeddings: 512,
      }),
    },
  });
  const fleet = parseFleetFile("fleet.yaml", `${TWELVE}models: [{ name: a, model: ./bert }]`);
  await expect(
    planFleet({ file: "fleet.yaml", fleet, models: new Map([["./bert", bert]]) }),
  ).rejects.toThrow("expected a model with a KV cache");
});

describe("bad input is one sentence", () => {
  test.each([
    [
      "an unknown key",
      `${TWELVE}models: [{ name: a, model: x/y, quantisation: fp8 }]`,
      "fleet.yaml: models[0].quantisation: unknown key; did you mean quantization?",
    ],
    [
      "an unknown model",
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen9-7B }]`,
      'fleet.yaml: models[0].model: expected a model of the catalogue or a path to its config.json, got "Qwen/Qwen9-7B"',
    ],
    [
      "an unknown card",
      "hosts: [{ name: b, gpus: [{ gpu: rtx-4900 }] }]\nmodels: [{ name: a, model: Qwen/Qwen2-7B }]",
      'fleet.yaml: hosts[0].gpus[0].gpu: expected a GPU of the catalogue, got "rtx-4900"; did you mean rtx-',
    ],
    ["no models", `${TWELVE}models: []`, "fleet.yaml: models: "],
    [
      "no cards at all",
      "models: [{ name: a, model: Qwen/Qwen2-7B }]",
      "fleet.yaml: expected hosts, or an inventory of what nvidia-smi printed, got neither",
    ],
    [
      "two models of one name",
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B }, { name: a, model: Qwen/Qwen2-7B }]`,
      'fleet.yaml: models[1].name: expected a name of its own, got "a" a second time',
    ],
    [
      "least above want",
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, concurrency: { least: 9, want: 2 } }]`,
      "fleet.yaml: models[0].concurrency.least: expected at most want (2), got 9",
    ],
    [
      "a model that is kept from itself",
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, notWith: [a] }]`,
      'fleet.yaml: models[0].notWith[0]: expected the name of another model of this file, got "a"',
    ],
    [
      "a context that the model can't read",
      `${TWELVE}models: [{ name: a, model: meta-llama/Llama-2-7b, maxSeqLen: 32k }]`,
      "fleet.yaml: models[0].maxSeqLen: expected at most the 4096 tokens",
    ],
    [
      "a size without a unit",
      `${TWELVE}policy: { reserve: "512" }\nmodels: [{ name: a, model: Qwen/Qwen2-7B }]`,
      'fleet.yaml: policy.reserve: expected memory with its unit such as "512 MiB", got "512"',
    ],
    [
      "a word for a number",
      `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, tp: two }]`,
      'fleet.yaml: models[0].tp: expected a number or a list, got "two"',
    ],
    ["text that is no YAML", "models: [", "fleet.yaml: expected YAML, got: "],
    ["an empty file", "", "fleet.yaml: is empty"],
  ])("%s", async (_, yaml, sentence) => {
    const error = await Promise.resolve()
      .then(() => plan(yaml))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(sentence);
  });
});

test("every card's planned bytes are the sum of its ranks' terms and KV caches", async () => {
  const { gpus, deployments } = await plan(
    `${TWELVE}models: [{ name: a, model: Qwen/Qwen2-7B, concurrency: 4 }, { name: b, model: Qwen/Qwen2.5-0.5B, concurrency: 4 }]`,
  );
  for (const gpu of gpus) {
    const ranks = deployments
      .flatMap((deployment) => deployment.ranks)
      .filter((rank) => rank.gpu === gpu.id);
    expect(gpu.plannedBytes).toBe(ranks.reduce((sum, rank) => sum + rankBytes(rank), 0));
  }
});

test("a tensor parallel group may span cards of one kind that others leave unequal room", async () => {
  const inventory = inventoryFromNvidiaSmi([
    {
      name: "box.csv",
      text: `index, name, memory.total [MiB], memory.used [MiB], memory.reserved [MiB], memory.free [MiB]
0, NVIDIA GeForce RTX 4090, 24564 MiB, 700 MiB, 472 MiB, 23392 MiB
1, NVIDIA GeForce RTX 4090, 24564 MiB, 4 MiB, 472 MiB, 24088 MiB
`,
    },
  ]);
  const fleet = parseFleetFile(
    "fleet.yaml",
    "inventory: box.csv\nmodels: [{ name: a, model: Qwen/Qwen2.5-14B, tp: 2, pp: 1 }]",
  );
  const { deployments } = await planFleet({ file: "fleet.yaml", fleet, inventory });
  expect(deployments.map(({ gpus }) => [...gpus].sort())).toEqual([["box:0", "box:1"]]);
});
