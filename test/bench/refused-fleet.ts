import type {
  FleetFile,
  FleetFileHost,
  FleetModel,
} from "../../packages/core/src/documents/fleet-file-types.ts";
import { seededRandom } from "../properties/random-placement.ts";

/** What a fleet's models ask for besides a place. */
export type Wishing =
  /** Wishes of every kind, one engine. */
  | "wishes"
  /** The same with hosts that have little memory, disk or power, and several engines. */
  | "limits"
  /** The same with rates and targets, from which replicas follow. */
  | "workloads";

type Random = () => number;

/** Hosts of four RTX 4090 and eight RTX 3090 together. */
const HOSTS: readonly (readonly FleetFileHost[])[] = [
  [hostOf("box", ["rtx-3090", 8], ["rtx-4090", 4])],
  [hostOf("new", ["rtx-4090", 4]), hostOf("old", ["rtx-3090", 8])],
  [
    hostOf("new", ["rtx-4090", 4]),
    hostOf("old-a", ["rtx-3090", 4]),
    hostOf("old-b", ["rtx-3090", 4]),
  ],
  [
    hostOf("a", ["rtx-4090", 2], ["rtx-3090", 2]),
    hostOf("b", ["rtx-4090", 2], ["rtx-3090", 2]),
    hostOf("c", ["rtx-3090", 4]),
  ],
  [
    hostOf("new-a", ["rtx-4090", 2]),
    hostOf("new-b", ["rtx-4090", 2]),
    hostOf("old-a", ["rtx-3090", 2]),
    hostOf("old-b", ["rtx-3090", 2]),
    hostOf("old-c", ["rtx-3090", 4]),
  ],
];

const SMALL = [
  "Qwen/Qwen2.5-1.5B-Instruct",
  "meta-llama/Llama-3.2-3B",
  "Qwen/Qwen2.5-7B-Instruct",
  "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen3-8B",
] as const;

const LARGE = [
  "mistralai/Mistral-Nemo-Instruct-2407",
  "Qwen/Qwen2.5-14B-Instruct",
  "mistralai/Mistral-Small-24B-Instruct-2501",
  "Qwen/Qwen2.5-32B-Instruct",
  "mistralai/Mixtral-8x7B-v0.1",
  "meta-llama/Llama-3.1-70B",
  "Qwen/Qwen2.5-72B-Instruct",
] as const;

const PRECISIONS = [
  undefined,
  ["bf16", "int4-awq"],
  ["bf16", "fp8", "int4-awq"],
  ["int4-awq"],
  "auto",
] as const;

const ENGINES = ["tensorrt-llm", "vllm", "sglang"] as const;
const LENGTHS = [4096, 8192, 16_384, 32_768] as const;
const MODELS = 6;

/** A seeded fleet of twelve cards and six models with so many wishes that some model seldom gets a place. */
export function refusedFleet(seed: number, wishing: Wishing): FleetFile {
  const random = seededRandom(seed);
  const hosts = pick(random, HOSTS);
  const engine = pick(random, ENGINES);
  const loss = pick(random, [undefined, undefined, "gpu", "host"] as const);
  const models = Array.from({ length: MODELS }, (_, i) => modelOf(random, i, { hosts, wishing }));
  return {
    schema: "berth/fleet@1",
    engine,
    ...(loss === undefined ? {} : { policy: { survive: loss } }),
    hosts: wishing === "wishes" ? hosts : hosts.map((host) => limited(random, host)),
    models,
  };
}

function modelOf(random: Random, i: number, at: Drawing): FleetModel {
  const isSmall = random() < 0.6;
  const replicas = isSmall ? pick(random, [1, 2, 3, 3]) : pick(random, [1, 1, 2]);
  const least = replicas * pick(random, [1, 2, 4]);
  const quantization = pick(random, PRECISIONS);
  const isServing = at.wishing === "workloads" && random() < 0.4;
  return {
    name: `m${i}`,
    model: pick(random, isSmall ? SMALL : LARGE),
    maxSeqLen: pick(random, LENGTHS),
    priority: pick(random, [0, 0, 1]),
    concurrency: { least, want: least * pick(random, [1, 4, 16]) },
    ...(quantization === undefined ? {} : { quantization }),
    ...(isServing ? { workload: serving(pick(random, [0.5, 1, 3])) } : { replicas }),
    ...wishesOf(random, i, at),
    ...(replicas > 1 && !isServing ? outliving(random) : {}),
    ...(at.wishing === "wishes" ? {} : { engine: pick(random, ENGINES) }),
  };
}

interface Drawing {
  readonly hosts: readonly FleetFileHost[];
  readonly wishing: Wishing;
}

/** Cards of its own, a pin, another model that it keeps from, a second type for its KV cache: each now and then. */
function wishesOf(random: Random, i: number, { hosts }: Drawing): Partial<FleetModel> {
  const other = `m${(i + 1 + Math.floor(random() * (MODELS - 1))) % MODELS}`;
  const pin = pick(random, ["rtx-4090", "rtx-3090", pick(random, hosts).name]);
  return {
    ...sometimes(random, 0.2, { exclusive: true }),
    ...sometimes(random, 0.2, { gpus: pin }),
    ...sometimes(random, 0.35, { notWith: [other] }),
    ...sometimes(random, 0.3, { kvCacheDtype: ["auto", "fp8"] as const }),
  };
}

/** What replicas are for: to outlive a loss, or to be on different hosts. */
function outliving(random: Random): Partial<FleetModel> {
  return {
    ...sometimes(random, 0.25, { survive: pick(random, ["gpu", "host"] as const) }),
    ...sometimes(random, 0.1, { spread: "host" as const }),
  };
}

function sometimes<T extends Partial<FleetModel>>(
  random: Random,
  part: number,
  wish: T,
): Partial<T> {
  return random() < part ? wish : {};
}

/** Requests a second, and how fast their tokens are to come. */
function serving(rate: number): FleetModel["workload"] {
  return {
    rate,
    prompt: { median: 500, p95: 1500, most: 2000 },
    output: { median: 150, p95: 400, most: 1000 },
    targets: [
      { metric: "ttft", most: "2 s" },
      { metric: "tpot", most: "60 ms" },
    ],
  };
}

/** A host with little memory, disk or power: each about what half of the drawn fleets can do with. */
function limited(random: Random, host: FleetFileHost): FleetFileHost {
  const cards = (host.gpus ?? []).reduce((sum, { count = 1 }) => sum + count, 0);
  return {
    ...host,
    memory: `${pick(random, [16, 32, 64, 128])} GiB`,
    disk: `${pick(random, [50, 100, 200, 400])} GiB`,
    powerBudgetW: cards * pick(random, [200, 300, 400, 500]),
  };
}

function hostOf(
  name: string,
  ...kinds: readonly (readonly [gpu: string, count: number])[]
): FleetFileHost {
  return { name, gpus: kinds.map(([gpu, count]) => ({ gpu, count })) };
}

function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined && values.length === 0) {
    throw new RangeError("nothing to pick from");
  }
  return value as T;
}
