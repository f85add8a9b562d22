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
const shares = sharesOf(values["-ts"], cards.length);
const cells = Number(values["-c"]);
const say = (text) => process.stdout.write(`${text}\n`);

say("build: 10867 (0c2b9f60) with cc for x86_64-linux-gnu");
say(`srv    load_model: loading model '${source}'`);
let held = cards.map(() => 0);
grow("context", () => model.contextMiB + model.runtimeMiB);
await misbehave(fault, NAME);
const extra = extraMiB(fault);
grow("load_tensors", (share) => (model.weightsMiB + extra) * share, " model buffer size =");
await sleep(50);
say(`llama_context: n_ctx         = ${cells}`);
if (fault.kind === "out-of-memory") {
  shortage(0, (cells * model.kvBytesPerToken) / MIB);
}
grow(
  "llama_kv_cache",
  (share) => ((cells * model.kvBytesPerToken) / MIB) * share,
  " KV buffer size =",
);
grow("llama_context", () => model.activationsMiB, " compute buffer size =");
serve({
  host: values["--host"] ?? "127.0.0.1",
  port,
  fault,
  pages: {
    "/health": '{"status":"ok"}',
    "/v1/models": modelList(values["--alias"] ?? source),
    "/metrics": "llamacpp:requests_processing 0\n",
  },
});
say(`main: server is listening on http://${values["--host"]}:${port} - starting the main loop`);

/** One more buffer on each card, by its share of the model, with its line in the log where it has one. */
function grow(who, mibOf, what) {
  shares.forEach((share, at) => {
    const mib = mibOf(share);
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

/** In the proportions of -ts; alike without. */
function sharesOf(split, count) {
  const parts = split?.split(",").map(Number) ?? Array.from({ length: count }, () => 1);
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
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
