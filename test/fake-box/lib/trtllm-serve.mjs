// trtllm-serve's flags and its configuration file.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { fail, faultOf, modelList, modelOf, serve, visibleCards } from "./engine.mjs";
import { loadPytorch, say } from "./pytorch-backend.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8000" },
    served_model_name: { type: "string" },
    config: { type: "string" },
    extra_llm_api_options: { type: "string" },
  },
});
const [verb, source] = positionals;
if (verb !== "serve" || source === undefined) {
  fail("Usage: trtllm-serve serve [OPTIONS] MODEL");
}
const port = Number(values.port);
const args = parse(readFileSync(values.config ?? values.extra_llm_api_options, "utf8"));
const fault = faultOf(port);
const tokens = await loadPytorch({
  name: "/usr/bin/python3",
  program: "trtllm-serve",
  cards: visibleCards(),
  model: modelOf(source),
  args,
  fault,
});
const tokensPerBlock = args.kv_cache_config.tokens_per_block;
const name = values.served_model_name ?? source;
serve({
  host: values.host,
  port,
  fault,
  // whatever it is asked for
  nameOf: () => name,
  pages: {
    "/health": "",
    "/v1/models": modelList(name),
    "/metrics": JSON.stringify([
      {
        kvCacheStats: {
          maxNumBlocks: tokens / tokensPerBlock,
          usedNumBlocks: 0,
          tokensPerBlock,
        },
      },
    ]),
  },
});
say("Application startup complete.");
