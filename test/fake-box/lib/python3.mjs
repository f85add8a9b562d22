// python3 as far as start scripts need it: it runs SGLang's server, and nothing else.
import { launchServer } from "./sglang.mjs";

const [flag, name, ...args] = process.argv.slice(2);
if (flag !== "-m" || name !== "sglang.launch_server") {
  process.stderr.write(`python3: No module named ${name ?? flag}\n`);
  process.exit(1);
}
await launchServer(args);
