// sglang.launch_server's flags, its share of what is free before the weights, and its log lines.
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

const NAME = "sglang::scheduler";

/** Runs with the words that follow `-m sglang.launch_server`. */
export async function launchServer(args) {
  const { values } = parseArgs({
    args,
    options: {
      "model-path": { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      port: { type: "string", default: "30000" },
      "served-model-name": { type: "string" },
      "enable-metrics": { type: "boolean" },
      "tp-size": { type: "string", default: "1" },
      "pp-size": { type: "string", default: "1" },
      "ep-size": { type: "string", default: "1" },
      "disable-custom-all-reduce": { type: "boolean" },
      "context-length": { type: "string" },
      "max-running-requests": { type: "string" },
      "chunked-prefill-size": { type: "string" },
      dtype: { type: "string", default: "auto" },
      quantization: { type: "string" },
      "mem-fraction-static": { type: "string", default: "0.88" },
      "max-total-tokens": { type: "string" },
      "kv-cache-dtype": { type: "string", default: "auto" },
      "page-size": { type: "string", default: "1" },
    },
  });
  const cards = visibleCards();
  if (Number(values["tp-size"]) * Number(values["pp-size"]) > cards.length) {
    fail("RuntimeError: CUDA error: invalid device ordinal");
  }
  const model = modelOf(values["model-path"] ?? "");
  const fault = faultOf(Number(values.port));
  await loadAndServe({ values, cards, model, fault });
}

async function loadAndServe({ values, cards, model, fault }) {
  const grow = (mib) => take(NAME, cards, mib, () => torchShortage(cards, mib));
  say(`server_args=ServerArgs(model_path='${values["model-path"]}')`);
  grow(model.contextMiB);
  const before = leastFreeMiB(cards);
  say(`Load weight begin. avail mem=${gib(before)} GB`);
  await misbehave(fault, "sglang");
  const weights = model.weightsMiB + extraMiB(fault);
  grow(model.contextMiB + weights);
  const after = leastFreeMiB(cards);
  say(`Load weight end. type=Model, avail mem=${gib(after)} GB, mem usage=${gib(weights)} GB.`);
  await sleep(50);
  const tokens = poolTokens({ values, model, fault, before, after });
  const pool = (tokens * model.kvBytesPerToken) / MIB;
  const fixed = model.contextMiB + weights + model.runtimeMiB;
  grow(fixed + pool);
  const half = gib(pool / 2);
  say(`KV Cache is allocated. #tokens: ${tokens}, K size: ${half} GB, V size: ${half} GB`);
  grow(fixed + pool + model.graphsMiB + model.activationsMiB);
  const free = gib(leastFreeMiB(cards));
  say(`Capture cuda graph end. mem usage=${gib(model.graphsMiB)} GB. avail mem=${free} GB.`);
  say(
    `max_total_num_tokens=${tokens}, context_len=${values["context-length"]}, available_gpu_mem=${free} GB`,
  );
  serve({
    host: values.host,
    port: Number(values.port),
    fault,
    nameOf: () => values["served-model-name"] ?? values["model-path"],
    pages: {
      "/health": "",
      "/v1/models": modelList(values["served-model-name"] ?? values["model-path"]),
      "/metrics": `sglang:max_total_num_tokens ${tokens}\nsglang:num_used_tokens 0\n`,
    },
  });
  say("The server is fired up and ready to roll!");
}

/** The share is of what was free before the weights: what else is on the card makes the pool smaller. */
function poolTokens({ values, model, fault, before, after }) {
  const left = after - before * (1 - Number(values["mem-fraction-static"]));
  if (left <= 0 || fault.kind === "out-of-memory") {
    fail(
      "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static. Current value: " +
        `mem_fraction_static=${values["mem-fraction-static"]}`,
    );
  }
  const page = Number(values["page-size"]);
  const most = Number(values["max-total-tokens"] ?? Number.MAX_SAFE_INTEGER);
  const fit = Math.min(Math.floor((left * MIB) / model.kvBytesPerToken), most);
  return Math.floor(fit / page) * page;
}

function say(text) {
  process.stdout.write(`[2026-11-22 12:00:00] ${text}\n`);
}
