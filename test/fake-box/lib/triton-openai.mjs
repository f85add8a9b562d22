// Triton inside its OpenAI frontend (openai_frontend/main.py): models are loaded through its KServe port.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { modelList } from "./engine.mjs";
import { answerOpenai } from "./openai.mjs";
import { askForCode } from "./triton-code.mjs";
import { orchestrate } from "./triton-orchestrator.mjs";

/** Serves until it is stopped; it can't be a leader. */
export function serveFrontend(args) {
  const { values } = parseArgs({
    args,
    options: {
      "model-repository": { type: "string" },
      tokenizer: { type: "string" },
      backend: { type: "string" },
      "model-control-mode": { type: "string" },
      host: { type: "string", default: "0.0.0.0" },
      "openai-port": { type: "string", default: "9000" },
      "enable-kserve-frontends": { type: "boolean" },
      "kserve-http-port": { type: "string", default: "8000" },
      "kserve-grpc-port": { type: "string" },
    },
  });
  if (Number(process.env.TRTLLM_ORCHESTRATOR ?? 0) === 0) {
    process.stderr.write("the frontend needs TRTLLM_ORCHESTRATOR=1\n");
    process.exit(1);
  }
  const repository = values["model-repository"];
  const loaded = orchestrate({
    host: values.host,
    port: Number(values["kserve-http-port"]),
    repository,
    check: askForCode(repository),
  });
  createServer((request, response) => {
    const nameOf = (name) => (loaded.has(name) ? name : undefined);
    if (!answerOpenai(request, response, { nameOf })) {
      const isList = request.url === "/v1/models";
      response.statusCode = isList || request.url === "/health/ready" ? 200 : 404;
      response.end(isList ? modelList(...loaded.keys()) : "");
    }
  }).listen(Number(values["openai-port"]), values.host);
}
