// vllm serve's flags, its share of the whole card with the look at what is free, and its log lines.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  extraMiB,
  fail,
  faultOf,
  gib,
  leastFreeMiB,
  MIB,
  misbehave,
  modelList,
  modelOf,
  serve,
  take,
  torchShortage,
  visibleCards,
} from "./engine.mjs";

const NAME = "VLLM::EngineCore";
const TOKENS_A_BLOCK = 16;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8000" },
    "served-model-name": { type: "string" },
    "tensor-parallel-size": { type: "string", default: "1" },
    "pipeline-parallel-size": { type: "string", default: "1" },
    "enable-expert-parallel": { type: "boolean" },
    "disable-custom-all-reduce": { type: "boolean" },
    "max-model-len": { type: "string" },
    "max-num-seqs": { type: "string" },
    "max-num-batched-tokens": { type: "string" },
    "enable-chunked-prefill": { type: "boolean" },
    dtype: { type: "string", default: "auto" },
    quantization: { type: "string" },
    "gpu-memory-utilization": { type: "string", default: "0.92" },
    "kv-cache-memory-bytes": { type: "string" },
    "num-gpu-blocks-override": { type: "string" },
    "kv-cache-dtype": { type: "string", default: "auto" },
    "block-size": { type: "string", default: String(TOKENS_A_BLOCK) },
  },
});
const [verb, source] = positionals;
if (verb !== "serve" || source === undefined) {
  fail("vllm: error: the following arguments are required: model_tag");
}
const port = Number(values.port);
const block = Number(values["block-size"]);
const cards = visibleCards();
const model = modelOf(source);
const fault = faultOf(port);
const say = (file, text) => process.stdout.write(`INFO 11-22 12:00:00 [${file}] ${text}\n`);
const grow = (mib) => take(NAME, cards, mib, () => torchShortage(cards, mib));

const ranks = Number(values["tensor-parallel-size"]) * Number(values["pipeline-parallel-size"]);
if (ranks > cards.length) {
  fail(`ValueError: World size (${ranks}) is larger than the number of available GPUs`);
}
say("core.py:1", `Initializing a V1 LLM engine (v0.31.0) with config: model='${source}'`);
grow(model.contextMiB);
// only now it looks at what is free: whoever else is on the card counts against it
const free = leastFreeMiB(cards);
const [{ totalMiB }] = cards;
const utilization = Number(values["gpu-memory-utilization"]);
const requested = totalMiB * utilization;
if (free < requested) {
  fail(
    `ValueError: Free memory on device (${gib(free)}/${gib(totalMiB)} GiB) on startup is less than desired GPU memory utilization (${utilization}, ${gib(requested)} GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.`,
  );
}
await misbehave(fault, "vllm");
const weights = model.weightsMiB + extraMiB(fault);
grow(model.contextMiB + weights);
say("gpu_model_runner.py:1", `Model loading took ${gib(weights)} GiB memory and 1.2 seconds`);
await sleep(50);
const before = model.contextMiB + weights + model.runtimeMiB + model.activationsMiB;
grow(before);
const left = requested - (before - model.contextMiB) - model.graphsMiB;
const said = values["kv-cache-memory-bytes"];
const budget = said === undefined ? left : Number(said) / MIB;
if (fault.kind === "out-of-memory" || budget <= 0) {
  fail(
    "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.",
  );
}
say("gpu_worker.py:1", `Available KV cache memory: ${gib(budget)} GiB`);
const override = values["num-gpu-blocks-override"];
const blocks =
  override === undefined
    ? Math.floor((budget * MIB) / (model.kvBytesPerToken * block))
    : Number(override);
if (blocks * block < Number(values["max-model-len"])) {
  fail(
    `ValueError: To serve at least one request with the models's max seq len (${values["max-model-len"]}), more KV cache is needed than is available.`,
  );
}
const pool = (blocks * block * model.kvBytesPerToken) / MIB;
say("kv_cache_utils.py:1", `GPU KV cache size: ${(blocks * block).toLocaleString("en-US")} tokens`);
grow(before + pool + model.graphsMiB);
say(
  "gpu_model_runner.py:1",
  `Graph capturing finished in 1 secs, took ${gib(model.graphsMiB)} GiB`,
);
const served = values["served-model-name"] ?? source;
serve({
  host: values.host,
  port,
  fault,
  nameOf: (name) => (name === served ? served : undefined),
  pages: {
    "/health": "",
    "/v1/models": modelList(served),
    "/metrics": `vllm:cache_config_info{block_size="${block}",num_gpu_blocks="${blocks}"} 1.0\nvllm:kv_cache_usage_perc{engine="0"} 0.0\n`,
  },
});
process.stdout.write("INFO:     Application startup complete.\n");
