// Triton with TRTLLM_ORCHESTRATOR=1 and models that are loaded by request: a worker process a card and model.
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { bodyOf, replyTo } from "./openai.mjs";
import { parametersOf } from "./pbtxt.mjs";

const REQUEST = /^\/v2\/repository\/models\/([^/]+)\/(load|unload)$/;
const GENERATE = /^\/v2\/models\/([^/]+)\/generate$/;
const READY = /^\/v2\/models\/([^/]+)\/ready$/;

/**
 * Serves until it is stopped, and returns the models as they are loaded; `check` throws why a model of the repository that
 * is no engine can't be.
 */
export function orchestrate({ host, port, repository, check }) {
  /** Loaded models, each with its workers. */
  const loaded = new Map();
  const actions = {
    load: async (name) => {
      say(`I1122 12:00:00.000000 1 model_lifecycle.cc:465] "loading: ${name}:1"`);
      const config = readFileSync(join(repository, name, "config.pbtxt"), "utf8");
      const isEngine = config.includes('backend: "tensorrtllm"');
      const workers = isEngine ? await workersOf(parametersOf(config), `${port}/${name}`) : [];
      check(name, config);
      loaded.set(name, workers);
      say(`I1122 12:00:00.000000 1 model_lifecycle.cc:849] "successfully loaded '${name}'"`);
    },
    unload: async (name) => {
      const workers = loaded.get(name) ?? [];
      await Promise.all(workers.map(end));
      loaded.delete(name);
      say(
        `I1122 12:00:00.000000 1 model_lifecycle.cc:636] "successfully unloaded '${name}' version 1"`,
      );
    },
  };
  /** What the repository is asked to do; the answer comes when it is done. */
  const manage = async (verb, name, response) => {
    try {
      await actions[verb](name);
      response.end();
    } catch (error) {
      say(
        `E1122 12:00:00.000000 1 model_lifecycle.cc:654] "failed to load '${name}' version 1: Internal: ${error.message}"`,
      );
      response.statusCode = 400;
      response.end(
        JSON.stringify({
          error: `load failed for model '${name}': version 1 is at UNAVAILABLE state: Internal: ${error.message};`,
        }),
      );
    }
  };
  const generate = async (name, request, response) => {
    const { text_input: asked } = (await bodyOf(request)) ?? {};
    response.end(JSON.stringify({ model_name: name, text_output: replyTo(name, asked) }));
  };
  const look = (url, response) => {
    const [, model] = READY.exec(url) ?? [];
    const isThere =
      model === undefined ? url.startsWith("/v2/health/") : loaded.has(decodeURIComponent(model));
    response.statusCode = isThere ? 200 : 400;
    response.end();
  };
  const server = createServer((request, response) => {
    const isPost = request.method === "POST";
    const [, name, verb] = (isPost && REQUEST.exec(request.url)) || [];
    const [, asked] = (isPost && GENERATE.exec(request.url)) || [];
    if (verb !== undefined) {
      void manage(verb, decodeURIComponent(name), response);
    } else if (loaded.has(asked)) {
      void generate(asked, request, response);
    } else {
      look(request.url, response);
    }
  });
  server.listen(port, host);
  process.on("SIGTERM", async () => {
    await Promise.all([...loaded.values()].flat().map(end));
    process.exit(0);
  });
  return loaded;
}

/** As many processes as ranks; all of them have their memory, or none stays. */
async function workersOf(parameters, fault) {
  const sets = parameters.gpu_device_ids.split(";").map((ids) => ids.split(","));
  const workers = sets
    .flat()
    .map((card) =>
      fork(join(import.meta.dirname, "executor-worker.mjs"), [
        JSON.stringify({ parameters, card, fault }),
      ]),
    );
  const ends = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve) => {
          worker.on("message", () => resolve("ready"));
          worker.on("exit", () => resolve("ended"));
        }),
    ),
  );
  if (ends.includes("ended")) {
    await Promise.all(workers.map(end));
    throw new Error("unexpected error when creating modelInstanceState: a worker ended");
  }
  return workers;
}

function end(worker) {
  return new Promise((resolve) => {
    if (worker.exitCode !== null || worker.signalCode !== null) {
      resolve();
      return;
    }
    worker.on("exit", resolve);
    worker.kill("SIGTERM");
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
