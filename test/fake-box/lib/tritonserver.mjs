// Triton's flags and model repository: it loads what is there when it starts, and is ready once all of it is.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { fail, faultOf, modelOf, serve, visibleCards } from "./engine.mjs";
import { loadEngine } from "./engine-backend.mjs";
import { parametersOf } from "./pbtxt.mjs";
import { loadPytorch } from "./pytorch-backend.mjs";
import { orchestrate } from "./triton-orchestrator.mjs";

const NAME = "tritonserver";

const { values } = parseArgs({
  options: {
    "model-repository": { type: "string" },
    "model-control-mode": { type: "string", default: "none" },
    "model-load-thread-count": { type: "string" },
    "load-model": { type: "string", multiple: true, default: [] },
    "http-address": { type: "string", default: "0.0.0.0" },
    "http-port": { type: "string", default: "8000" },
    "grpc-address": { type: "string" },
    "grpc-port": { type: "string" },
    "metrics-address": { type: "string" },
    "metrics-port": { type: "string" },
    "pinned-memory-pool-byte-size": { type: "string" },
    "cuda-memory-pool-byte-size": { type: "string", multiple: true },
    "enable-peer-access": { type: "string" },
    "disable-auto-complete-config": { type: "boolean" },
    "backend-config": { type: "string", multiple: true },
  },
});
const port = Number(values["http-port"]);
const fault = faultOf(port);
const rank = Number(process.env.OMPI_COMM_WORLD_RANK ?? 0);
const repository = values["model-repository"] ?? fail("tritonserver: no model repository");
const isExplicit = values["model-control-mode"] === "explicit";
const names = isExplicit ? values["load-model"] : readdirSync(repository).sort();

const isOrchestrator = Number(process.env.TRTLLM_ORCHESTRATOR ?? 0) !== 0;
if (isOrchestrator && isExplicit) {
  orchestrate({
    host: values["http-address"],
    port,
    repository,
    check: (name, config) => {
      if (needsCode(name, config)) {
        throw new Error(`${name} has no model.py`);
      }
    },
  });
}
for (const name of names) {
  await load(name);
  process.stdout.write(
    `I1122 12:00:00.000000 1 model_lifecycle.cc:849] "successfully loaded '${name}'"\n`,
  );
}
// the other ranks of a model load their part and never bind a port
if (isOrchestrator && isExplicit) {
  process.stdout.write(
    `I1122 12:00:00.000000 1 http_server.cc:1] "Started HTTPService at ${port}"\n`,
  );
} else if (rank === 0) {
  serve({
    host: values["http-address"],
    port,
    fault,
    pages: Object.fromEntries([
      ["/v2/health/live", ""],
      ["/v2/health/ready", ""],
      ...names.map((name) => [`/v2/models/${name}/ready`, ""]),
    ]),
  });
  process.stdout.write(
    `I1122 12:00:00.000000 1 http_server.cc:1] "Started HTTPService at ${port}"\n`,
  );
} else {
  setInterval(() => undefined, 1000);
}

async function load(name) {
  const folder = join(repository, name);
  const config = readFileSync(join(folder, "config.pbtxt"), "utf8");
  const common = { name: NAME, program: NAME, fault };
  if (config.includes('backend: "tensorrtllm"')) {
    const parameters = parametersOf(config);
    const engine = JSON.parse(readFileSync(join(parameters.gpt_model_path, "config.json"), "utf8"));
    await loadEngine({ ...common, cards: ownCards(), model: modelOf(engine.source), parameters });
    return;
  }
  const llmArgs = join(folder, "1", "model.yaml");
  if (existsSync(llmArgs)) {
    const { model, triton_config: _, ...args } = parse(readFileSync(llmArgs, "utf8"));
    await loadPytorch({ ...common, cards: visibleCards(), model: modelOf(model), args });
    return;
  }
  if (needsCode(name, config)) {
    fail(`E1122 12:00:00.000000 1 model_lifecycle.cc:654] "failed to load '${name}': no model.py"`);
  }
}

function needsCode(name, config) {
  const code = join(repository, name, "1", "model.py");
  return config.includes('backend: "python"') && !existsSync(code);
}

/** Under mpirun a rank has the card of its position. */
function ownCards() {
  const cards = visibleCards();
  return Number(process.env.OMPI_COMM_WORLD_SIZE ?? 1) > 1 ? [cards[rank]] : cards;
}
