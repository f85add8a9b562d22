// trtllmExecutorWorker: one rank of an engine, started by the orchestrator. It says "ready" once it has its memory.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { faultOf, modelOf, visibleCards } from "./engine.mjs";
import { loadEngine } from "./engine-backend.mjs";

const NAME = "trtllmExecutorWorker";

const { parameters, card, fault: key } = JSON.parse(process.argv[2]);
const engine = JSON.parse(readFileSync(join(parameters.gpt_model_path, "config.json"), "utf8"));
const fault = faultOf(key);
await loadEngine({
  name: NAME,
  program: NAME,
  cards: [visibleCards()[Number(card)]],
  model: modelOf(engine.source),
  parameters,
  fault,
});
if (fault.kind !== "hang") {
  process.send("ready");
}
// without its server there is nothing to do
process.on("disconnect", () => process.exit(0));
setInterval(() => undefined, 1000);
