import * as z from "zod";
import { engineIds } from "../catalog/engine-catalog.ts";
import { KV_CACHE_DTYPES, QUANTIZATIONS } from "../model/quantization.ts";
import { checkSchema } from "../report/check-schema.ts";
import type { FleetFile } from "./fleet-file-types.ts";
import { formsAt } from "./schema-keys.ts";
import { costs, vars, workload } from "./workload/workload-schema.ts";

/** Largest count that any key takes: a million cards, ranks or sequences is a slip of the finger. */
const MOST = 1_000_000;

/** Chances that a plan can be made for: even odds, to one miss in ten thousand million. */
const LEAST_CHANCE = 0.5;
const MOST_CHANCE = 1 - 1e-10;

const count = z.int().min(1).max(MOST);
const text = z.string().min(1).max(500);
/** Tokens: 8192 or "8k". Read by `parseTokens`. */
const tokenCount = z.union([z.int().min(1), z.string()]);
/** Memory with its unit: "24 GiB". Read by `parseBytes`. */
const memory = z.string();
const oneOrMore = <T extends z.ZodType>(item: T): z.ZodUnion<readonly [T, z.ZodArray<T>]> =>
  z.union([item, z.array(item).min(1)]);

/** Values that one list of settings may have; every combination is tried. */
const MOST_CHOICES = 6;
const choices = <T extends z.ZodType>(item: T): z.ZodUnion<readonly [T, z.ZodArray<T>]> =>
  z.union([item, z.array(item).min(1).max(MOST_CHOICES)]);

const quantization = z.enum(QUANTIZATIONS);
const kvCacheDtype = z.enum(["auto", ...KV_CACHE_DTYPES]);
const engine = z.enum(engineIds());

const range = z.strictObject({ least: count.optional(), want: count });
const concurrency = z.union([count, range]);

const survive = z.enum(["none", "gpu", "host"]);

const demand = z.strictObject({
  name: text.describe("what clients ask for; unique in the file"),
  model: text.describe("catalogue id, or a path to a config.json or a folder with one"),
  engine: engine.optional(),
  engineVersion: text.optional(),
  tp: oneOrMore(count)
    .optional()
    .describe("tensor parallel sizes to choose from; 1, 2, 4 and 8 by default"),
  pp: oneOrMore(count)
    .optional()
    .describe("pipeline parallel sizes to choose from; 1 to 4 unless said"),
  ep: choices(count)
    .optional()
    .describe("expert parallel sizes to choose from; each divides tp; 1 by default"),
  quantization: z
    .union([z.literal("auto"), quantization, z.array(quantization).min(1)])
    .optional()
    .describe(
      "precisions to choose from, the best liked first; by default what the model's files hold; auto tries every one that the cards can run",
    ),
  kvCacheDtype: choices(kvCacheDtype)
    .optional()
    .describe("types of the KV cache to choose from, the best liked first"),
  maxSeqLen: tokenCount.optional().describe("longest sequence, prompt and output together"),
  maxNumTokens: choices(tokenCount)
    .optional()
    .describe(
      "tokens of one forward step, or several to choose from, the best liked first; activations grow with it",
    ),
  maxBatchSize: choices(count)
    .optional()
    .describe(
      "sequences of one forward step, or several to choose from, the best liked first; by default what concurrency wants",
    ),
  draft: text
    .optional()
    .describe(
      "a draft with files of its own (EAGLE, EAGLE-3, Medusa or a smaller model): catalogue or Hub id, or a path to its config.json or folder (tensorrt-llm, vllm, sglang)",
    ),
  draftLayers: z
    .int()
    .min(0)
    .max(MOST)
    .optional()
    .describe(
      "the model's own draft layers that are loaded to speculate (tensorrt-llm, vllm, sglang)",
    ),
  draftTokens: count
    .optional()
    .describe(
      "tokens that are drafted at a time; as many as draft layers by default, 1 of a draft with files of its own (vllm, sglang; tensorrt-llm with draft)",
    ),
  imagesPerPrompt: z
    .int()
    .min(0)
    .max(MOST)
    .optional()
    .describe("most images of a prompt, 0 for text only (vllm); as many as fit by default"),
  concurrency: concurrency
    .optional()
    .describe("sequences of maxSeqLen held at once: a number, or least and want"),
  replicas: count
    .optional()
    .describe(
      "copies that share what it serves; by default as many as its workload's rate and targets need, else 1, or 2 that outlive a loss",
    ),
  priority: z
    .int()
    .min(-MOST)
    .max(MOST)
    .optional()
    .describe("higher is placed first; 0 by default"),
  exclusive: z.boolean().optional().describe("no other model on its cards"),
  notWith: z.array(text).optional().describe("names of models that it may not share a card with"),
  spread: z.literal("host").optional().describe("no two of its replicas on one host"),
  survive: survive
    .optional()
    .describe(
      "with any one card or host lost, its other replicas still hold its least and carry its rate; instead of policy.survive",
    ),
  acrossHosts: z
    .boolean()
    .optional()
    .describe(
      "pipeline stages of a replica may be on several hosts, equally many on each; tensor parallel groups stay in one",
    ),
  gpus: oneOrMore(text)
    .optional()
    .describe("cards it may use: ids such as box1:0, hosts, or catalogue ids such as rtx-4090"),
  labels: oneOrMore(text)
    .optional()
    .describe("labels of hosts or cards; it uses only cards that have all of them"),
  workload: workload.optional().describe("what it is asked to serve; berth capacity answers it"),
});

const cards = z.strictObject({ gpu: text.describe("catalogue id"), count: count.optional() });

const labels = z.array(text).optional();
const reserve = memory.optional().describe("kept free on each card instead of policy.reserve");
const index = z.int().min(0).max(MOST);

const card = z.strictObject({
  index: oneOrMore(index).describe("as nvidia-smi numbers the host's cards"),
  labels: labels.describe("beside those of the host"),
  reserve,
});

const host = z.strictObject({
  name: text,
  gpus: z
    .array(cards)
    .min(1)
    .optional()
    .describe("by catalogue; left out where an inventory says what the host has"),
  labels: labels.describe("names for its cards that a model's labels can ask for"),
  reserve,
  powerBudgetW: z
    .int()
    .min(0)
    .max(MOST)
    .optional()
    .describe("watts that the power limits of its cards in use may add up to"),
  memory: memory
    .optional()
    .describe("host memory for engines to load through; they start one after another"),
  disk: memory.optional().describe("room for the checkpoints or engines of the models on it"),
  cards: z.array(card).optional().describe("what is different on single cards"),
});

const policy = z.strictObject({
  reserve: memory.optional().describe("kept free on every card"),
  chanceToFit: z
    .number()
    .min(LEAST_CHANCE)
    .max(MOST_CHANCE)
    .optional()
    .describe("probability that every engine stays within what is planned for it; 0.99 by default"),
  sharing: z.enum(["shared", "exclusive"]).optional(),
  survive: survive
    .optional()
    .describe("what every model outlives, unless it says otherwise; none by default"),
  mixedTensorParallel: z
    .boolean()
    .optional()
    .describe("let one tensor parallel group span cards of different compute capability"),
  ignoreRunning: z.boolean().optional().describe("count memory of processes that run now as free"),
  unknownGpus: z
    .enum(["refuse", "ignore"])
    .optional()
    .describe("ignore plans without cards that the catalogue does not know"),
});

/** The fleet file. Strict: an unknown key is an error. */
const fleet = z.strictObject({
  schema: z.literal("berth/fleet@1").optional(),
  inventory: oneOrMore(text)
    .optional()
    .describe("files with what nvidia-smi or berth inventory --json printed, ssh://host, or local"),
  topology: text.optional().describe("file with what nvidia-smi topo -m printed on the same host"),
  hosts: z
    .array(host)
    .min(1)
    .optional()
    .describe("hosts by catalogue instead of an inventory, or settings beside one"),
  engine: engine.optional(),
  engineVersion: text.optional(),
  policy: policy.optional(),
  vars: vars.optional().describe("names that the expressions of workloads may use"),
  costs: costs.optional().describe("prices, in any one currency"),
  objective: z
    .enum(["fair", "throughput", "latency", "cost"])
    .optional()
    .describe(
      "what is best once every model has its share: tokens a second, replicas that meet their targets, or the price of the cards in use; fair looks at none of them",
    ),
  models: z.array(demand),
});
const fleetSchema: z.ZodType<FleetFile> = fleet;

/** The keys that the object at this path may have, one list for each form that it may take. */
export function fleetForms(path: readonly PropertyKey[]): readonly (readonly string[])[] {
  return formsAt(fleet, path);
}

/** Checks a parsed YAML or JSON value against the schema. */
export function checkFleet(value: unknown): z.ZodSafeParseResult<FleetFile> {
  return checkSchema(fleetSchema, value);
}

/** The fleet file's JSON Schema (2020-12), for editors; `data/schemas/fleet.schema.json` is made from it. */
export function fleetJsonSchema(): object {
  return z.toJSONSchema(fleetSchema);
}
