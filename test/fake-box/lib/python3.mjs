// python3 as far as start scripts need it: it runs SGLang's server and Triton's OpenAI frontend, and nothing else.
import { launchServer } from "./sglang.mjs";
import { serveFrontend } from "./triton-openai.mjs";

const [flag, name, ...args] = process.argv.slice(2);
if (flag === "-m" && name === "sglang.launch_server") {
  await launchServer(args);
} else if (flag?.endsWith("/main.py")) {
  serveFrontend([name, ...args]);
} else {
  process.stderr.write(`python3: No module named ${name ?? flag}\n`);
  process.exit(1);
}
