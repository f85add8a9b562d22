// llama-server's flags, its buffers card by card, and its log lines.
import { setTimeout as sleep } from "node:timers/promises";
import {
  extraMiB,
  fail,
  faultOf,
  MIB,
  misbehave,
  modelList,
  modelOf,
  serve,
  visibleCards,
} from "./engine.mjs";
import { hold } from "./ledger.mjs";

const NAME = "llama-server";
const FLAGS = ["--metrics", "--jinja"];
const OPTIONS = "-m --host --port --alias -ngl -sm -ts --fit -c -np -b -ub -fa -ctk -ctv".split(
  " ",
);

const values = read(process.argv.slice(2));
const port = Number(values["--port"] ?? 8080);
const cards = visibleCards();
const source = values["-m"] ?? "";
const model = modelOf(source);
const fault = faultOf(port);
const parts = partsOf(values["-ts"], cards.length);
const slots = Number(values["-np"] ?? 1);
const cells = Number(values["-c"]);
const say = (text) => process.stdout.write(`${text}\n`);

say("build: 10867 (0c2b9f60) with cc for x86_64-linux-gnu");
say(`srv    load_model: loading model '${source}'`);
let held = cards.map(() => 0);
grow("context", () => model.contextMiB + model.runtimeMiB);
await misbehave(fault, NAME);
const extra = extraMiB(fault) / cards.length;
grow(
  "load_tensors",
  ({ layers, hasOutput }) => layers * model.layerMiB + (hasOutput ? model.outputMiB : 0) + extra,
  " model buffer size =",
);
await sleep(50);
say(`llama_context: n_ctx         = ${cells}`);
const cacheMiB = (cells * model.kvBytesPerToken) / MIB;
if (fault.kind === "out-of-memory") {
  shortage(0, cacheMiB);
}
grow("llama_kv_cache", ({ layers }) => (cacheMiB * layers) / model.layers, " KV buffer size =");
grow("llama_context", () => model.activationsMiB, " compute buffer size =");
serve({
  host: values["--host"] ?? "127.0.0.1",
  port,
  fault,
  nameOf: () => values["--alias"] ?? source,
  pages: {
    "/health": '{"status":"ok"}',
    "/v1/models": modelList(values["--alias"] ?? source),
    "/props": JSON.stringify({
      default_generation_settings: { n_ctx: cells / slots },
      total_slots: slots,
      model_path: source,
    }),
    "/metrics": "llamacpp:requests_processing 0\n",
  },
});
say(`main: server is listening on http://${values["--host"]}:${port} - starting the main loop`);

/** One more buffer on each card, by its part of the model, with its line in the log where it has one. */
function grow(who, mibOf, what) {
  parts.forEach((part, at) => {
    const mib = mibOf(part);
    held = held.map((sum, card) => (card === at ? sum + mib : sum));
    const all = cards.map(({ uuid }, card) => [uuid, Math.ceil(held[card])]);
    if (!hold(NAME, Object.fromEntries(all))) {
      shortage(at, mib);
    }
    if (what !== undefined) {
      say(`${who}:        CUDA${at}${what} ${mib.toFixed(2)} MiB`);
    }
  });
}

/** Whole layers, and the output after the last of them, in the proportions of -ts; alike without. */
function partsOf(split, count) {
  const weights = split?.split(",").map(Number) ?? Array.from({ length: count }, () => 1);
  const sum = weights.reduce((a, b) => a + b, 0);
  const ends = weights.map((_, at) => weights.slice(0, at + 1).reduce((a, b) => a + b, 0) / sum);
  const { layers } = model;
  const cardOf = (layer) => ends.findIndex((end) => end > layer / (layers + 1));
  return ends.map((_, card) => ({
    layers: Array.from({ length: layers }, (_, layer) => layer).filter(
      (layer) => cardOf(layer) === card,
    ).length,
    hasOutput: cardOf(layers) === card,
  }));
}

function shortage(card, mib) {
  fail(
    `ggml_backend_cuda_buffer_type_alloc_buffer: allocating ${mib.toFixed(2)} MiB on device ${card}: cudaMalloc failed: out of memory`,
    `main: exiting due to model loading error`,
  );
}

function read([word, value, ...others]) {
  if (word === undefined) {
    return {};
  }
  if (FLAGS.includes(word)) {
    return read(value === undefined ? others : [value, ...others]);
  }
  return OPTIONS.includes(word) && value !== undefined
    ? { [word]: value, ...read(others) }
    : fail(`error: invalid argument: ${word}`);
}
