// Models of a Triton repository whose code is TensorRT-LLM's own and must have been copied there.
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What throws why a model can't be loaded. */
export function askForCode(repository) {
  return (name, config) => {
    const code = join(repository, name, "1", "model.py");
    if (config.includes('backend: "python"') && !existsSync(code)) {
      throw new Error(`${name} has no model.py`);
    }
  };
}
