// Triton's flags and model repository: it loads what is there when it starts, and is ready once all of it is.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { fail, faultOf, modelOf, serve, visibleCards } from "./engine.mjs";
import { loadEngine } from "./engine-backend.mjs";
import { parametersOf } from "./pbtxt.mjs";
import { loadPytorch } from "./pytorch-backend.mjs";
import { askForCode } from "./triton-code.mjs";
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
const spawns = Number(process.env.TRTLLM_ORCHESTRATOR_SPAWN_PROCESSES ?? 1) !== 0;
const isAsked = isOrchestrator && spawns && isExplicit;
if (isAsked) {
  orchestrate({
    host: values["http-address"],
    port,
    repository,
    check: askForCode(repository),
  });
}
for (const name of isAsked ? [] : names) {
  await load(name);
  process.stdout.write(
    `I1122 12:00:00.000000 1 model_lifecycle.cc:849] "successfully loaded '${name}'"\n`,
  );
}
if (isOrchestrator && !spawns) {
  await meetRanks();
}
// the other ranks of a model load their part and never bind a port
if (isAsked) {
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
    const cards = isOrchestrator ? participantCards(parameters) : ownCards();
    if (cards.length > 0) {
      const own = isOrchestrator ? faultOf(`${port}/${name}`) : fault;
      await hangs(own);
      await loadEngine({ ...common, fault: own, cards, model: modelOf(engine.source), parameters });
    }
    return;
  }
  const llmArgs = join(folder, "1", "model.yaml");
  if (existsSync(llmArgs)) {
    const { model, triton_config: _, ...args } = parse(readFileSync(llmArgs, "utf8"));
    await loadPytorch({ ...common, cards: visibleCards(), model: modelOf(model), args });
    return;
  }
  try {
    askForCode(repository)(name, config);
  } catch ({ message }) {
    fail(`E1122 12:00:00.000000 1 model_lifecycle.cc:654] "failed to load '${name}': ${message}"`);
  }
}

/** Under mpirun a rank has the card of its position. */
function ownCards() {
  const cards = visibleCards();
  return Number(process.env.OMPI_COMM_WORLD_SIZE ?? 1) > 1 ? [cards[rank]] : cards;
}

/** The card of this rank where it takes part in the model; none where it does not, as the orchestrator itself. */
function participantCards({ gpu_device_ids: ids = "", participant_ids: participants }) {
  if (spawns || participants === undefined) {
    fail("[TensorRT-LLM][ERROR] Participant ids must be given where processes are not spawned");
  }
  const at = participants.split(/[,;]/).indexOf(String(rank));
  return at < 0 ? [] : [visibleCards()[Number(ids.split(/[,;]/)[at])]];
}

/** Never comes back where the model is told to hang. */
function hangs({ kind }) {
  return kind === "hang" ? new Promise(() => setInterval(() => undefined, 1000)) : undefined;
}

/** The server's rank is there once all the others have their memory; whoever hangs is waited for. */
async function meetRanks() {
  const folder = join(process.env.FAKE_BOX, "ranks", String(process.ppid));
  mkdirSync(folder, { recursive: true });
  if (rank !== 0) {
    writeFileSync(join(folder, String(rank)), "");
    return;
  }
  while (readdirSync(folder).length < Number(process.env.OMPI_COMM_WORLD_SIZE) - 1) {
    await sleep(20);
  }
}
